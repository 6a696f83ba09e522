import { bigbluebutton } from './bigbluebutton/index.ts';
import type { Adapter } from './contract/adapter.ts';
import { declared } from './declared/index.ts';
import { jitsi } from './jitsi/index.ts';
import { nextcloudTalk } from './nextcloud-talk/index.ts';
import { rocketchat } from './rocketchat/index.ts';

// Each vendor reads its own configuration; here they lie side by side, and `configuration` has checked what it gets.
// biome-ignore lint/suspicious/noExplicitAny: the types of the configurations differ
const all: readonly Adapter<any>[] = [bigbluebutton, jitsi, nextcloudTalk, rocketchat, declared];

/** Vendor id to adapter, one per folder beside this file. */
export const adapters: ReadonlyMap<string, Adapter> = new Map(
  all.map((adapter) => [adapter.vendor, adapter]),
);
