import type { AdapterContext, Target } from '../contract/adapter.ts';
import { looksLikeHtml, reasonOf } from '../contract/answers.ts';
import { reason } from '../contract/fact.ts';
import type { AllowedCall, BoundedHttp, HttpOptions } from '../contract/http.ts';
import { readCensus as listOf } from './census.ts';
import { type ConfigFile, maxConfigLength, readConfig } from './config-js.ts';
import { knownRead, type Read, unknownRead } from './known.ts';
import { inlineScripts, isJitsiPage, type WebNumber, webNumber } from './page.ts';
import { type JitsiConfig, type JitsiSettings, originOf } from './schema.ts';
import type { Seen } from './seen.ts';

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
    if (!looksLikeHtml(answer.text)) return namesOf(answer.text);
    return isJitsiPage(answer.text)
      ? knownRead(null)
      : unknownRead(reason('unreachable', 'HTML instead of data'));
  } catch (error) {
    return unknownRead(reasonOf(error));
  }
}

function namesOf(text: string): Seen['census'] {
  const census = listOf(text);
  if (census.state === 'unknown') return census;
  if (census.value.damaged !== null) return unknownRead(census.value.damaged);
  return knownRead(new Set(census.value.rooms.map((room) => room.jid)));
}
