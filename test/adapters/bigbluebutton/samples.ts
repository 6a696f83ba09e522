import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../shared/vendors/samples/bigbluebutton/', import.meta.url);

/** Recorded answers beside the checkout; absent in a plain clone. */
export const samplesPresent = existsSync(new URL('INDEX.json', folder));

export function sample(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}
