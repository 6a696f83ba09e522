import { createHash, hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from './deps.ts';
import { linkNext } from './links.ts';
import { mediaTypes } from './negotiate.ts';
import { tagsIn } from './tags.ts';

/** A page as it is sent. */
export interface Page {
  /** JSON. */
  body: Buffer;
  /** Cursor of the page after it. */
  next: string | null;
  /** While nothing changes, it reads the same in this time; half-open, milliseconds. Left out: whenever. */
  holds?: { from: number; until: number };
}

interface Sent {
  body: Buffer;
  next: string | null;
  from: number;
  until: number;
}

/** Bytes of the pages that are remembered. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Pages whose ETag names what they were made from: the version of the store, the question, who sees what, and in which
 * time none of it becomes stale. Whoever has one is told that nothing changed without a look at the findings; whoever
 * has none gets the bytes of the last one who asked the same.
 */
export class Pages {
  readonly #deps: ApiDeps;
  readonly #maker: string;
  readonly #sent = new Map<string, Sent>();
  #version = '';
  #bytes = 0;

  constructor(deps: ApiDeps) {
    this.#deps = deps;
    this.#maker = makerOf(deps);
  }

  /** @param question everything that the page depends on besides store, configuration and time */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    question: readonly unknown[],
    make: () => Promise<Page>,
  ): Promise<FastifyReply> {
    // Before anything is read: what is read then is as new as this version or newer, so a page is never older than its tag.
    const version = await this.#deps.store.version();
    const key = hash('sha256', JSON.stringify([this.#maker, version, question]), 'base64url').slice(0, 27);
    const now = this.#deps.now();
    const known = tagsIn(request.headers['if-none-match']).find((tag) => says(tag, key, now));
    if (known !== undefined) {
      request.rest = { version, ...timesIn(known) };
      return reply
        .header('etag', known)
        .status(304)
        .send('' as never);
    }
    const page = this.#recall(version, key, now) ?? this.#remember(version, key, await make());
    request.rest = { version, from: page.from, until: page.until };
    linkNext(request, reply, page.next);
    return reply
      .header('etag', `"${key}.${page.from.toString(36)}.${page.until.toString(36)}"`)
      .type(`${mediaTypes.json}; charset=utf-8`)
      .send(page.body as never);
  }

  #recall(version: string, key: string, now: number): Sent | null {
    // What was erased must not linger here.
    if (version !== this.#version) this.#forget(version);
    const page = this.#sent.get(key);
    return page !== undefined && page.from <= now && now < page.until ? page : null;
  }

  #remember(version: string, key: string, { body, next, holds }: Page): Sent {
    const sent: Sent = { body, next, from: holds?.from ?? 0, until: holds?.until ?? Number.MAX_SAFE_INTEGER };
    if (version !== this.#version || body.length > mostBytes / 4) return sent;
    this.#bytes += body.length - (this.#sent.get(key)?.body.length ?? 0);
    this.#sent.delete(key);
    this.#sent.set(key, sent);
    for (const [oldest, { body: bytes }] of this.#sent) {
      if (this.#bytes <= mostBytes) break;
      this.#sent.delete(oldest);
      this.#bytes -= bytes.length;
    }
    return sent;
  }

  #forget(version: string): void {
    this.#sent.clear();
    this.#bytes = 0;
    this.#version = version;
  }
}

const form = /^"([\w-]{27})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})"$/;

/** The time in which a page holds stands in its tag, so that any instance can tell, also one that never made the page. */
function says(tag: string, key: string, now: number): boolean {
  const { from, until } = timesIn(tag);
  return form.exec(tag)?.[1] === key && from <= now && now < until;
}

/** @returns numbers that are none where it is no tag of a page */
function timesIn(tag: string): { from: number; until: number } {
  const [, , from = '', until = ''] = form.exec(tag) ?? [];
  return { from: Number.parseInt(from, 36), until: Number.parseInt(until, 36) };
}

/** What makes pages of rows: another configuration, catalogue or version of the product makes others. */
function makerOf({ config, catalogue, version }: ApiDeps): string {
  const { privacy, targets } = config;
  const whole = {
    version,
    privacy,
    targets: targets.map(({ id, vendor, freshness }) => [id, vendor, freshness]),
    policies: catalogue.policies.map((policy) => {
      const { id, texts, resolvedClauses, remediation } = policy;
      return [id, policy.version, texts, resolvedClauses, remediation];
    }),
  };
  return createHash('sha256').update(JSON.stringify(whole)).digest('base64url');
}
