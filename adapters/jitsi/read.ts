import type { AdapterContext, Target } from '../contract/adapter.ts';
import type { Ms } from '../contract/fact.ts';
import type { JitsiConfig } from './schema.ts';
import type { Seen } from './seen.ts';
import { readSignalling } from './signalling.ts';
import { readWeb } from './web.ts';

export interface ReadOptions {
  /** For each step of a login and each XMPP question. */
  queryTimeoutMs: Ms;
}

/** Everything that one scan of one deployment sees. */
export async function readAll(
  target: Target<JitsiConfig>,
  context: AdapterContext,
  options: ReadOptions,
): Promise<Seen> {
  const web = await readWeb(target, context);
  const signalling = await readSignalling(web.config, {
    settings: target.settings,
    signal: context.signal,
    timeoutMs: options.queryTimeoutMs,
  });
  return { at: context.now(), ...web, ...signalling };
}
