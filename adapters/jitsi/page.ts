import { cleanText } from '../contract/fact.ts';

/** What the page's script addresses say of its version. */
export type WebNumber =
  | { state: 'number'; web: number }
  /** A form that cannot be mapped (`4203.857`), or the number of an unbuilt source. */
  | { state: 'unmappable'; text: string }
  | { state: 'hidden' };

const unbuilt = 139;

const script =
  /\bsrc\s*=\s*["']?[^"'<>\s]{0,300}?libs\/(?:lib-jitsi-meet|app\.bundle)\.min\.js\?v=([\w.-]{1,40})["'\s>]/g;

export function webNumber(html: string): WebNumber {
  const found = new Set([...html.matchAll(script)].map((match) => cleanText(match[1] ?? '')));
  const [only, ...others] = found;
  if (only === undefined) return { state: 'hidden' };
  if (others.length > 0) return { state: 'unmappable', text: [...found].join(' and ') };
  const web = /^\d{1,6}$/.test(only) ? Number(only) : null;
  return web === null || web === unbuilt ? { state: 'unmappable', text: only } : { state: 'number', web };
}

/** Looks like Jitsi Meet's own page, rather than anybody's. */
export function isJitsiPage(html: string): boolean {
  return /libs\/(?:lib-jitsi-meet|app\.bundle)\.min\.js|interfaceConfig|jitsi/i.test(
    html.slice(0, 2_000_000),
  );
}

const scriptTypes = new Set(['', 'text/javascript', 'application/javascript']);

/** Text of the page's own scripts, in order: some deployments put the configuration there. */
export function inlineScripts(html: string): string[] {
  const scripts: string[] = [];
  for (const match of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi)) {
    const [, attributes, text] = match;
    if (text === undefined || text.trim() === '' || /\bsrc\s*=/i.test(attributes ?? '')) continue;
    const type = /\btype\s*=\s*["']?([^"'\s>]*)/i.exec(attributes ?? '')?.[1]?.toLowerCase() ?? '';
    if (!scriptTypes.has(type)) continue;
    scripts.push(text);
  }
  return scripts;
}
