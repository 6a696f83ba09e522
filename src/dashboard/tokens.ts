import tokens from './tokens.json' with { type: 'json' };

type Scheme = keyof typeof tokens.color;

/** The one source of colours and sizes, as custom properties; print always takes the light ones. */
export function tokensCss(): string {
  const light = colours('light');
  const dark = colours('dark');
  return [
    `:root{color-scheme:light dark;${fonts()}${sizes()}}`,
    `:root{${light}}`,
    `@media (prefers-color-scheme:dark){:root:not([data-scheme=light]){${dark}}}`,
    `:root[data-scheme=dark]{color-scheme:dark;${dark}}`,
    ':root[data-scheme=light]{color-scheme:light}',
    `@media print{:root:root{color-scheme:light;${light}--unknown-fill:${tokens.hatch.print.fill};--unknown-hatch:${tokens.hatch.print.line};}}`,
  ].join('\n');
}

function colours(scheme: Scheme): string {
  return Object.entries(tokens.color[scheme])
    .map(([name, value]) => `--${name}:${value};`)
    .join('');
}

const quoted = (name: string): string => (name.includes(' ') ? `"${name}"` : name);

function fonts(): string {
  return Object.entries(tokens.font)
    .map(([name, list]) => `--${name}:${list.map(quoted).join(',')};`)
    .join('');
}

function sizes(): string {
  const { size } = tokens;
  return [
    `--rail:${size.rail}px;`,
    `--label:${size.label_column}px;`,
    `--column:${size.target_column}px;`,
    `--cell:${size.cell}px;`,
  ].join('');
}

/** Relative luminance by WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** From 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
