import type { AdapterContext, Target } from '../contract/adapter.ts';
import type { Ms } from '../contract/fact.ts';
import { givenLists } from '../contract/releases.ts';
import { readBridge, readJicofo } from './jicofo.ts';
import { mucOf } from './place.ts';
import { ProsodyHttp } from './prosody-http.ts';
import { releases } from './releases.ts';
import { candidatesOf } from './room-lists.ts';
import type { JitsiConfig } from './schema.ts';
import type { Seen } from './seen.ts';
import { readServerFiles } from './server-files.ts';
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
  const { settings } = target;
  const password = settings.account === undefined ? null : await context.secret(settings.account.password);
  const http = await ProsodyHttp.open(context, settings);
  try {
    const [web, running, focus, bridgeVersion, files] = await Promise.all([
      readWeb(target, context),
      http.census(),
      readJicofo(context, settings),
      readBridge(context, settings),
      readServerFiles(context, settings),
    ]);
    const muc = mucOf(web.config);
    const lists = { running, conferences: focus.conferences };
    const signalling = await readSignalling(web.config, {
      settings,
      signal: context.signal,
      timeoutMs: options.queryTimeoutMs,
      password,
      http,
      candidates: candidatesOf(settings.rooms ?? [], lists, muc.state === 'known' ? muc.value : null),
      live: context.live,
    });
    return {
      at: context.now(),
      live: context.live,
      releases: await givenLists(releases, context),
      ...web,
      running,
      ...focus,
      bridgeVersion,
      ...files,
      ...signalling,
    };
  } finally {
    http.close();
  }
}
