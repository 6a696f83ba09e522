import type { AdapterContext, Target } from '../contract/adapter.ts';
import { looksLikeHtml, reasonOf } from '../contract/answers.ts';
import { cleanText, reason } from '../contract/fact.ts';
import type { AllowedCall, BoundedHttp, HttpOptions } from '../contract/http.ts';
import { type ConfigFile, maxConfigLength, readConfig } from './config-js.ts';
import type { Read } from './disco.ts';
import { inlineScripts, isJitsiPage, type WebNumber, webNumber } from './page.ts';
import { type JitsiConfig, type JitsiSettings, originOf } from './schema.ts';
import { knownRead, type Seen, unknownRead } from './seen.ts';

/** Everything that is read over HTTPS. The room service's own address is asked for its list of rooms, nothing else. */
export const allowedCalls: readonly AllowedCall[] = [
  { method: 'GET', path: '/' },
  { method: 'GET', path: '/config.js' },
  { method: 'GET', path: '/interface_config.js' },
  { method: 'GET', path: '/room-census' },
];

export function httpOptions(settings: JitsiSettings): HttpOptions {
  return {
    base: originOf(settings),
    allow: allowedCalls,
    maxBytes: maxConfigLength,
    ...(settings.tls === undefined ? {} : { ca: settings.tls.ca }),
    ...(settings.proxy === undefined ? {} : { proxy: settings.proxy }),
    ...(settings.insecure_http === undefined ? {} : { insecureHttp: settings.insecure_http }),
  };
}

export type WebSeen = Pick<Seen, 'config' | 'configLocator' | 'interface' | 'page' | 'census'>;

export async function readWeb(target: Target<JitsiConfig>, context: AdapterContext): Promise<WebSeen> {
  const http = context.http(httpOptions(target.settings));
  try {
    const [page, file, iface, census] = await Promise.all([
      textOf(http, '/'),
      textOf(http, '/config.js'),
      textOf(http, '/interface_config.js'),
      readCensus(http),
    ]);
    const config = await configOf(file, page);
    return {
      ...config,
      interface: fileOf(iface, 'interfaceConfig'),
      page: pageOf(page),
      census,
    };
  } finally {
    http.close();
  }
}

async function textOf(http: BoundedHttp, path: string): Promise<Read<string>> {
  try {
    return knownRead((await http.request({ path })).text);
  } catch (error) {
    return unknownRead(reasonOf(error));
  }
}

function fileOf(file: Read<string>, name: 'config' | 'interfaceConfig'): Read<ConfigFile> {
  if (file.state === 'unknown') return file;
  if (looksLikeHtml(file.value)) return unknownRead(reason('unreachable', 'HTML instead of data'));
  const config = readConfig(file.value, name);
  return 'failure' in config ? unknownRead(config.failure) : knownRead(config);
}

async function configOf(
  file: Read<string>,
  page: Read<string>,
): Promise<Pick<Seen, 'config' | 'configLocator'>> {
  const config = fileOf(file, 'config');
  const missing = config.state === 'unknown' && config.reason.code === 'unreachable';
  if (missing && page.state === 'known') {
    const scripts = inlineScripts(page.value).filter((text) => /\bconfig\b/.test(text));
    const inline = scripts.length === 0 ? null : readConfig(scripts.join('\n;\n'), 'config');
    if (inline !== null && !('failure' in inline))
      return { config: knownRead(inline), configLocator: 'GET / (script in the page)' };
  }
  return { config, configLocator: 'GET /config.js' };
}

function pageOf(page: Read<string>): Read<WebNumber> {
  if (page.state === 'unknown') return page;
  if (!isJitsiPage(page.value)) return unknownRead(reason('invalid_answer', 'not a page of Jitsi Meet'));
  return knownRead(webNumber(page.value));
}

/**
 * The list of rooms, if the public address hands it to everybody. Any one-segment path that does not exist is a room's
 * page with status 200, so only the shape of the answer counts. A refusal to us does not tell what others may see.
 */
async function readCensus(http: BoundedHttp): Promise<Seen['census']> {
  try {
    const answer = await http.request({ path: '/room-census' });
    if (!looksLikeHtml(answer.text)) return censusOf(answer.text);
    return isJitsiPage(answer.text)
      ? knownRead(null)
      : unknownRead(reason('unreachable', 'HTML instead of data'));
  } catch (error) {
    return unknownRead(reasonOf(error));
  }
}

function censusOf(text: string): Seen['census'] {
  const invalid = unknownRead(reason('invalid_answer', 'neither a page nor a list of rooms'));
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return invalid;
  }
  if (typeof body !== 'object' || body === null || !('room_census' in body)) return invalid;
  const list = body.room_census;
  // An empty table of Lua is written as an object by older modules.
  if (typeof list === 'object' && list !== null && Object.keys(list).length === 0)
    return knownRead(new Set());
  if (!Array.isArray(list)) return invalid;
  const names = new Set<string>();
  for (const entry of list) {
    const name =
      typeof entry === 'object' && entry !== null ? (entry as { room_name?: unknown }).room_name : null;
    if (typeof name !== 'string') return invalid;
    names.add(cleanText(name.toLowerCase()));
  }
  return knownRead(names);
}
