import { cssString } from './escape.ts';

/** The light colours of the page; a report is always printed in them. */
export const ink = {
  ink: '#15181C',
  'ink-2': '#454B54',
  'ink-3': '#5F6670',
  line: '#D6DAE0',
  sunken: '#EBEDF0',
  'violation-mark': '#B3261E',
  'minor-mark': '#8F5600',
  'unknown-mark': '#4A515B',
  'waived-mark': '#3B479B',
  'pass-mark': '#0F6E3D',
  'na-mark': '#5F6670',
} as const;

const sheet = `
*{box-sizing:border-box}
html{font:10pt/1.36 "Noto Sans","Segoe UI",system-ui,-apple-system,"Liberation Sans",Arial,"DejaVu Sans",sans-serif;color:var(--ink);background:#fff;font-variant-numeric:tabular-nums}
body{margin:0 auto;padding:14mm;max-width:210mm;overflow-wrap:break-word}
header{display:flex;justify-content:space-between;align-items:flex-end;gap:8mm;padding-bottom:3mm;border-bottom:1.6pt solid var(--ink);margin-bottom:3.5mm}
header p{margin:0}
.kicker,.scope{color:var(--ink-2)}
h1{font-size:17pt;line-height:1.2;font-weight:600;margin:0}
.standing{text-align:right;white-space:nowrap;font-size:9.5pt}
h2{font-size:11pt;line-height:1.3;font-weight:600;margin:3.5mm 0 .8mm;break-after:avoid}
h3{font-size:10.5pt;font-weight:600;margin:0 0 1mm;break-after:avoid}
p{margin:0 0 1.5mm}
.quiet,.notes p{color:var(--ink-2);font-size:8.6pt;line-height:1.32;margin:.6mm 0 0}
.internal{border:1pt solid var(--ink);padding:1mm 2mm;margin:0 0 3mm}
code{font:.92em ui-monospace,"Noto Sans Mono","DejaVu Sans Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
bdi{overflow-wrap:anywhere;unicode-bidi:isolate}
.glyph{width:9.5pt;height:9.5pt;vertical-align:-1.4pt;flex:none;print-color-adjust:exact}
.weight{width:10pt;height:8.5pt;vertical-align:-.6pt}
.full{fill:var(--ink)}.rest{fill:var(--line)}
.violation{fill:var(--violation-mark)}.violation_minor{fill:var(--minor-mark)}
.unknown,.stale{fill:var(--unknown-mark)}.waived{fill:var(--waived-mark)}
.pass{fill:var(--pass-mark)}.not_applicable{fill:var(--na-mark)}
.glyph .knock{fill:none;stroke:#fff;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.glyph .line{fill:none;stroke:currentColor;stroke-width:1.5}
.glyph.waived .line{stroke:var(--waived-mark)}
.statements{list-style:none;margin:0;padding:0}
.statements li{display:flex;gap:3.5mm;align-items:baseline;margin:0 0 1.2mm;font-size:11pt}
.statements .glyph{width:13pt;height:13pt;align-self:center}
table{width:100%;border-collapse:collapse;margin:0;font-size:9.2pt;line-height:1.3}
caption{text-align:left;font-size:11pt;line-height:1.3;font-weight:600;padding:3.5mm 0 .8mm;break-after:avoid}
.pair caption{padding-top:0}
th,td{padding:.65mm 3mm .65mm 0;text-align:left;vertical-align:top;border-bottom:.6pt solid var(--line);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--ink-2);vertical-align:bottom;border-bottom:1pt solid var(--ink);font-size:8.8pt;line-height:1.22}
thead{display:table-header-group}
tr,.exhibit,.station,.statements li,.steps li{break-inside:avoid}
.end{text-align:right}
tbody th{min-width:32mm}
thead .end{width:1%}
td.end,th.end{white-space:nowrap}
thead th.end{white-space:normal}
.strong,tfoot th,tfoot td{font-weight:600}
tfoot{display:table-row-group}
tfoot th,tfoot td{border-bottom:0}
.bar{display:block;width:40mm;height:8.5pt;margin-top:.5mm}
.bar .paper{fill:#fff}.bar .ink{fill:var(--ink)}.bar .hatched,.key .hatched{fill:url(#hatch)}
.bar .frame{fill:none;stroke:var(--ink-2);stroke-width:1;vector-effect:non-scaling-stroke}
.key{white-space:nowrap;font-size:9pt;font-weight:400}
.key svg{width:8pt;height:8pt;vertical-align:-.6pt;margin:0 1mm 0 2mm}
.key svg:first-child{margin-left:0}
.key rect{stroke:var(--ink-2)}.key .ink{fill:var(--ink)}
.pair{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:8mm;margin-top:3.5mm}
.pair h2{margin-top:0}
.steps{margin:0;padding-left:5.5mm}
.steps li{margin:0 0 .8mm;font-size:9.2pt;line-height:1.3}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.8mm 5mm;margin:1mm 0 0}
dt{color:var(--ink-2)}dd{margin:0}
.exhibit{border-top:1pt solid var(--ink);padding:2mm 0 1mm;margin-top:3mm}
.exhibit h3 .weight{margin-right:1mm}
.exhibit .about{color:var(--ink-2);font-size:9.5pt;margin-bottom:1mm}
.exhibit table{font-size:8.8pt;margin-bottom:1mm}
.exhibit caption{font-size:9.5pt;padding:1mm 0 0}
.chain{list-style:none;display:flex;flex-wrap:wrap;gap:1.5mm 6mm;margin:1mm 0 1.5mm;padding:0}
.station{border:.8pt dashed var(--ink-3);padding:.8mm 2mm;font-size:9pt;position:relative;max-width:100%}
.station.decides{border:1.6pt solid var(--ink)}
.station:not(:last-child)::after{content:"→";position:absolute;right:-4.6mm;top:35%}
.station .layer{color:var(--ink-2)}
.struck{text-decoration:line-through}
.fix{margin:.5mm 0 0}
.signature{display:grid;grid-template-columns:1fr 1fr;gap:14mm;margin-top:18mm;break-inside:avoid}
.signature p{border-top:.8pt solid var(--ink);padding-top:1mm;font-size:9.5pt}
footer{border-top:.6pt solid var(--line);margin-top:6mm;padding-top:1.5mm;color:var(--ink-2);font-size:9pt}
.defs{position:absolute}
`;

const paper = `
@media print{body{padding:0;max-width:none}footer{display:none}}
@media screen and (max-width:40rem){body{padding:5mm}header{display:block}.standing{text-align:left;margin-top:2mm}.pair,.signature{grid-template-columns:minmax(0,1fr)}.scroll{overflow-x:auto}}
`;

export interface Margins {
  /** At the foot of every page. */
  foot: readonly string[];
  page: string;
  of: string;
}

export function styleOf({ foot, page, of }: Margins): string {
  const colours = Object.entries(ink)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
  const small =
    'font:8pt/1.4 "Noto Sans","Segoe UI",system-ui,"Liberation Sans",Arial,"DejaVu Sans",sans-serif;color:#454B54;vertical-align:top;padding-top:2mm';
  const lines = foot.map(cssString).join('"\\a "');
  return `:root{${colours}}${sheet}${paper}
@page{size:A4;margin:14mm 14mm 19mm;
@bottom-left{content:${lines};white-space:pre-line;width:82%;text-align:left;border-top:.6pt solid #D6DAE0;${small}}
@bottom-right{content:${cssString(`${page} `)} counter(page) ${cssString(` ${of} `)} counter(pages);width:18%;text-align:right;border-top:.6pt solid #D6DAE0;${small}}}
`;
}
