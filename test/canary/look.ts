import { createHash } from 'node:crypto';

/**
 * A text that was planted and must not come out. `id`: of a room, which is often a join address: it may stand in the
 * store, on the local command line and in answers to those who operate.
 */
export interface Canary {
  text: string;
  kind: 'secret' | 'id';
  /** Where it was planted, for messages. */
  where: string;
  /** A checksum of it may be kept. */
  hashed?: true;
}

export const secretsOf = (where: string, texts: readonly string[]): Canary[] =>
  texts.map((text) => ({ text, kind: 'secret', where }));
export const idsOf = (where: string, texts: readonly string[]): Canary[] =>
  texts.map((text) => ({ text, kind: 'id', where }));

/** Something that came out, as bytes. */
export interface Place {
  name: string;
  /** Whether ids of rooms may stand in it. */
  ids: 'allowed' | 'forbidden';
  content: Buffer;
}

interface Form {
  how: string;
  bytes: Buffer;
}

const algorithms = ['md5', 'sha1', 'sha256', 'sha512'] as const;
const shortestHash = 16;

/** Every spelling in which a text might come out again. */
export function formsOf(text: string): Form[] {
  const raw = Buffer.from(text);
  const forms: [string, string | Buffer][] = [
    ['plain', raw],
    ['lower case', text.toLowerCase()],
    ['upper case', text.toUpperCase()],
    ['JSON', JSON.stringify(text).slice(1, -1)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(text)).slice(3, -3)],
    ['XML', text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    ['percent-encoded', encodeURIComponent(text)],
    ['percent-encoded wholly', [...raw].map((byte) => `%${hex(byte)}`).join('')],
    ['form', new URLSearchParams([['', text]]).toString().slice(1)],
    ['hex', raw.toString('hex')],
    ['HEX', raw.toString('hex').toUpperCase()],
    ['reversed', [...text].reverse().join('')],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ...base64Forms(raw),
    ...algorithms.flatMap((name): [string, string][] => {
      const digest = createHash(name).update(raw);
      const bytes = digest.digest();
      return [
        [`${name} in hex`, bytes.toString('hex').slice(0, Math.max(shortestHash, 32))],
        [`${name} in base64`, bytes.toString('base64').slice(0, shortestHash)],
      ];
    }),
  ];
  const known = new Set<string>();
  return forms
    .map(([how, form]) => ({ how, bytes: Buffer.from(form) }))
    .filter(({ bytes }) => {
      const key = bytes.toString('latin1');
      if (known.has(key)) return false;
      known.add(key);
      return true;
    });
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase();

/** In the middle of another text it may begin at any of three places; what depends on its neighbours is cut off. */
function base64Forms(raw: Buffer): [string, string][] {
  if (raw.length < 6) return [];
  return [0, 1, 2].flatMap((before): [string, string][] => {
    const padded = Buffer.concat([Buffer.alloc(before), raw])
      .toString('base64url')
      .replace(/=+$/, '');
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + raw.length) * 8) / 6);
    const inner = padded.slice(start, end);
    const plain = inner.replaceAll('-', '+').replaceAll('_', '/');
    return [
      [`base64 at ${before}`, plain],
      [`base64url at ${before}`, inner],
    ];
  });
}

interface Wanted {
  canary: Canary;
  form: Form;
}

/** Every canary that stands in a place where it must not. */
export function findLeaks(canaries: readonly Canary[], places: readonly Place[]): string[] {
  const wanted = canaries.flatMap((canary) =>
    formsOf(canary.text)
      .filter(({ how }) => canary.hashed !== true || !/^(md5|sha)/.test(how))
      .map((form): Wanted => ({ canary, form })),
  );
  const index = indexOf(wanted);
  const leaks = new Map<string, string>();
  for (const { name, ids, content } of places) {
    for (const { at, found } of hits(content, index)) {
      const { text, kind, where } = found.canary;
      const key = `${name} ${text}`;
      if ((kind === 'id' && ids === 'allowed') || leaks.has(key)) continue;
      const end = at + found.form.bytes.length;
      const around = content.subarray(Math.max(0, at - 40), end + 20).toString('latin1');
      leaks.set(
        key,
        `${name}: ${kind} ${JSON.stringify(text)} (${where}), ${found.form.how}: ...${around}...`,
      );
    }
  }
  return [...leaks.values()];
}

/** Thousands of spellings are looked for in hundreds of megabytes: by their first four bytes. */
interface Index {
  byStart: Map<number, Wanted[]>;
  maybe: Uint8Array;
}

const startOf = (bytes: Buffer, at: number): number => bytes.readUInt32LE(at);
const slotOf = (start: number): number => Math.imul(start, 0x9e3779b1) >>> 12;

function indexOf(wanted: readonly Wanted[]): Index {
  const index: Index = { byStart: new Map(), maybe: new Uint8Array(1 << 20) };
  for (const one of wanted) {
    if (one.form.bytes.length < 4) throw new Error(`${one.canary.text} is too short to be looked for`);
    const start = startOf(one.form.bytes, 0);
    index.byStart.set(start, [...(index.byStart.get(start) ?? []), one]);
    index.maybe[slotOf(start)] = 1;
  }
  return index;
}

function* hits(content: Buffer, { byStart, maybe }: Index): Generator<{ at: number; found: Wanted }> {
  for (let at = 0; at + 4 <= content.length; at += 1) {
    const start = startOf(content, at);
    if (maybe[slotOf(start)] === 0) continue;
    for (const found of byStart.get(start) ?? []) {
      const { bytes } = found.form;
      if (content.subarray(at, at + bytes.length).equals(bytes)) yield { at, found };
    }
  }
}

/** A canary that was never sent proves nothing. */
export function neverSent(canaries: readonly Canary[], sent: readonly string[]): string[] {
  const all = Buffer.from(sent.join('\n'));
  return canaries
    .filter(
      ({ text }) => !formsOf(text).some(({ how, bytes }) => !/^(md5|sha)/.test(how) && all.includes(bytes)),
    )
    .map(({ text, where }) => `${JSON.stringify(text)} (${where}) was never sent`);
}
