import { type Ms, type Reason, reason, type SourceId } from '../contract/fact.ts';
import type { Answer } from '../contract/seen.ts';
import type { Call, Reply, RocketClient } from './client.ts';

/** The server gives at most this many, whatever is asked. */
const pageSize = 100;
const mostPages = 10_000;

/** A list read to its end, or as far as it went. */
export interface Listing {
  source: SourceId;
  locator: string;
  at: Ms;
  /** Each by itself, so that a wrong one costs only what rests on it. */
  elements: Answer[];
  /** Why there is nothing at all. */
  failed: Reason | null;
  /** Why this is not all; what is absent from the list is then not known to be absent. */
  gap: Reason | null;
}

export async function readPages(client: RocketClient, call: Call, key: string): Promise<Listing> {
  const pages: Page[] = [];
  let offset = 0;
  let following = 0;
  while (pages.length < mostPages) {
    const query = [call.query, `offset=${offset}`, `count=${pageSize}`].filter(Boolean).join('&');
    const page = pageOf(await client.ask({ ...call, query, following }), key);
    pages.push(page);
    if (page.total === null || page.elements.length === 0) break;
    offset += page.elements.length;
    if (offset >= page.total) break;
    following = Math.ceil((page.total - offset) / page.elements.length) - 1;
  }
  return joined(pages);
}

interface Page {
  reply: Reply;
  elements: unknown[];
  total: number | null;
  gap: Reason | null;
}

function pageOf(reply: Reply, key: string): Page {
  if ('reason' in reply) return { reply, elements: [], total: null, gap: reply.reason };
  const { [key]: list, total, count } = reply.data as Record<string, unknown>;
  if (!Array.isArray(list)) {
    return { reply, elements: [], total: null, gap: reason('invalid_answer', `${key} is not a list`) };
  }
  const elements = list as unknown[];
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) {
    return { reply, elements, total: null, gap: reason('invalid_answer', 'total is not as documented') };
  }
  const gap = count === elements.length ? null : reason('incomplete', 'count does not fit the list');
  return { reply, elements, total, gap };
}

function joined(pages: readonly Page[]): Listing {
  const [first] = pages;
  if (first === undefined) throw new Error('a list has at least one page');
  const { source, locator, at } = first.reply;
  const elements = pages.flatMap((page) =>
    page.elements.map((data): Answer => ({ source, locator, at: page.reply.at, data })),
  );
  const gap = pages.find((page) => page.gap !== null)?.gap ?? null;
  const total = pages.at(-1)?.total ?? null;
  const short =
    total === elements.length ? null : reason('incomplete', 'fewer or more than the server counts');
  const failed = elements.length === 0 ? gap : null;
  return { source, locator, at, elements, failed, gap: gap ?? short };
}
