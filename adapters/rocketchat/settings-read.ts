import { z } from 'zod';
import { notPermitted, type Reason, reason } from '../contract/fact.ts';
import { field, type Seen } from '../contract/seen.ts';
import type { Reply } from './client.ts';
import type { Listing } from './pages.ts';
import {
  type PrivateId,
  type PrivateValue,
  type PublicId,
  type PublicValue,
  privateSettings,
  publicSettings,
} from './setting-ids.ts';

export interface PublicSettings {
  /** `absent` only where the whole list was read: then this version has no such setting. */
  get<I extends PublicId>(id: I): Seen<PublicValue<I>>;
}

export function readPublicSettings(listing: Listing): PublicSettings {
  const found = new Map<string, Seen<unknown>>();
  let unreadable = 0;
  for (const element of listing.elements) {
    const id = 'data' in element && isRecord(element.data) ? element.data['_id'] : undefined;
    if (typeof id !== 'string') unreadable += 1;
    else if (Object.hasOwn(publicSettings, id)) {
      const seen = field(
        element,
        'settings[]',
        'value',
        publicSettings[id as PublicId] as z.ZodType<unknown>,
      );
      found.set(id, { ...seen, path: id, ...('reason' in seen ? { reason: named(seen.reason, id) } : {}) });
    }
  }
  const broken = unreadable === 0 ? listing.gap : (listing.gap ?? unreadableEntry);
  return {
    get<I extends PublicId>(id: I): Seen<PublicValue<I>> {
      const seen = found.get(id);
      if (seen !== undefined) return seen as Seen<PublicValue<I>>;
      const sight = { source: listing.source, locator: listing.locator, at: listing.at, path: id };
      if (listing.failed !== null) return { ...sight, reason: listing.failed, absent: false };
      if (broken !== null) return { ...sight, reason: broken, absent: false };
      const why = reason('not_supported_by_version', `this version has no setting ${id}`);
      return { ...sight, reason: why, absent: true };
    },
  };
}

const unreadableEntry = reason('incomplete', 'an entry of the settings cannot be read');

const named = (why: ReturnType<typeof reason>, id: string) => reason(why.code, `${id} is not as documented`);

export interface PrivateSettings {
  get<I extends PrivateId>(id: I): Seen<PrivateValue<I>>;
}

const notAsked = notPermitted('view-privileged-setting', 'not asked');

export function readPrivateSettings(
  replies: ReadonlyMap<PrivateId, Reply>,
  at: number,
  refused: Reason | null,
): PrivateSettings {
  return {
    get<I extends PrivateId>(id: I): Seen<PrivateValue<I>> {
      const reply = replies.get(id);
      const locator = 'GET /api/v1/settings/:_id';
      if (reply === undefined) {
        return { source: 'V', locator, at, path: id, reason: refused ?? notAsked, absent: false };
      }
      const sight = { source: reply.source, locator, at: reply.at, path: id };
      if ('reason' in reply) return { ...sight, reason: absence(reply, id), absent: isAbsent(reply) };
      const own = field(reply, '', '_id', z.literal(id));
      if ('reason' in own) return { ...sight, reason: named(own.reason, id), absent: false };
      const seen = field(reply, '', 'value', privateSettings[id] as z.ZodType<PrivateValue<I>>);
      return {
        ...seen,
        path: id,
        ...('reason' in seen ? { reason: named(seen.reason, id), absent: false } : {}),
      };
    },
  };
}

/** Unknown and hidden ids are refused without a word. */
function isAbsent(reply: Reply): boolean {
  return reply.status === 400 && reply.error === undefined;
}

function absence(
  reply: Reply & { reason: ReturnType<typeof reason> },
  id: string,
): ReturnType<typeof reason> {
  if (!isAbsent(reply)) return reply.reason;
  return reason('not_supported_by_version', `this version has no setting ${id}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
