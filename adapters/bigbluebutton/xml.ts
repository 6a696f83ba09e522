import { SaxesParser } from 'saxes';
import { type Reason, reason } from '../contract/fact.ts';

export interface XmlNode {
  name: string;
  /** Text and CDATA directly inside, joined; never read as a number. */
  text: string;
  children: XmlNode[];
}

export interface XmlCaps {
  depth: number;
  /** Elements of one list entry, and of everything outside the list. */
  elements: number;
  /** Characters of one list entry, and of everything outside the list. */
  characters: number;
}

export const xmlCaps: XmlCaps = { depth: 32, elements: 50_000, characters: 4_000_000 };

/** Secrets and persons: neither text nor children of these elements ever enter an object. */
const dropped = new Set(['attendeePW', 'moderatorPW', 'fullName', 'customdata', 'message', 'preview']);

export class XmlError extends Error {
  override readonly name = 'XmlError';
  readonly reason: Reason;
  constructor(why: Reason) {
    super(why.detail ?? why.code);
    this.reason = why;
  }
}

/**
 * Reads an answer as it arrives. Entries at `itemPath` go to `onItem` one by one; the rest is returned.
 * @throws {XmlError} HTML instead of data, markup that is not well-formed, a document type, a cap that is passed.
 */
export async function readXml(
  chunks: AsyncIterable<string>,
  itemPath: readonly string[],
  onItem: (item: XmlNode) => void,
  caps: XmlCaps = xmlCaps,
): Promise<XmlNode> {
  const reader = new Reader(itemPath, onItem, caps);
  let head = '';
  for await (const chunk of chunks) {
    if (head.length < 512) {
      head += chunk.slice(0, 512);
      refuseHtml(head);
    }
    reader.write(chunk);
  }
  return reader.close();
}

/** The same for an answer that is at hand as a whole. */
export function readXmlText(
  text: string,
  itemPath: readonly string[],
  onItem: (item: XmlNode) => void,
): XmlNode {
  refuseHtml(text.slice(0, 512));
  const reader = new Reader(itemPath, onItem, xmlCaps);
  reader.write(text);
  return reader.close();
}

export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((candidate) => candidate.name === name);
}

export function childrenOf(node: XmlNode | undefined, name: string): XmlNode[] {
  return node?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** Text of a child; undefined where the element is absent, '' where it is empty. */
export function textOf(node: XmlNode | undefined, name: string): string | undefined {
  return child(node, name)?.text;
}

function refuseHtml(head: string): void {
  if (/^\s*<(!doctype\s+html|html\b)/i.test(head))
    throw new XmlError(reason('unreachable', 'HTML instead of data'));
}

class Reader {
  readonly #parser = new SaxesParser();
  readonly #itemPath: string;
  readonly #itemDepth: number;
  readonly #onItem: (item: XmlNode) => void;
  readonly #caps: XmlCaps;
  readonly #stack: XmlNode[] = [];
  #root: XmlNode | null = null;
  #dropping = 0;
  #elements = 0;
  #characters = 0;
  #outside = { elements: 0, characters: 0 };

  constructor(itemPath: readonly string[], onItem: (item: XmlNode) => void, caps: XmlCaps) {
    this.#itemPath = itemPath.join('/');
    this.#itemDepth = itemPath.length;
    this.#onItem = onItem;
    this.#caps = caps;
    this.#parser.on('error', () => {
      throw new XmlError(reason('invalid_answer', 'not well-formed XML'));
    });
    this.#parser.on('doctype', () => {
      throw new XmlError(reason('invalid_answer', 'document type declarations are refused'));
    });
    this.#parser.on('opentag', (tag) => this.#open(tag.name));
    this.#parser.on('closetag', () => this.#closeTag());
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('cdata', (text) => this.#text(text));
  }

  write(chunk: string): void {
    this.#parser.write(chunk);
  }

  close(): XmlNode {
    this.#parser.close();
    if (this.#root === null) throw new XmlError(reason('invalid_answer', 'empty answer'));
    return this.#root;
  }

  #open(name: string): void {
    if (this.#dropping > 0 || dropped.has(name)) {
      this.#dropping += 1;
      if (this.#stack.length + this.#dropping > this.#caps.depth) throw tooLarge();
      return;
    }
    const node: XmlNode = { name, text: '', children: [] };
    this.#stack.push(node);
    this.#root ??= node;
    if (this.#isItem()) this.#startItem();
    this.#elements += 1;
    if (this.#stack.length > this.#caps.depth || this.#elements > this.#caps.elements) throw tooLarge();
  }

  #closeTag(): void {
    if (this.#dropping > 0) {
      this.#dropping -= 1;
      return;
    }
    const item = this.#isItem();
    const node = this.#stack.pop();
    if (node === undefined) return;
    if (item) {
      this.#elements = this.#outside.elements;
      this.#characters = this.#outside.characters;
      this.#onItem(node);
      return;
    }
    this.#stack.at(-1)?.children.push(node);
  }

  #text(text: string): void {
    if (this.#dropping > 0) return;
    const node = this.#stack.at(-1);
    if (node === undefined) return;
    this.#characters += text.length;
    if (this.#characters > this.#caps.characters) throw tooLarge();
    node.text += text;
  }

  #isItem(): boolean {
    return (
      this.#stack.length === this.#itemDepth &&
      this.#itemDepth > 0 &&
      this.#stack.map((node) => node.name).join('/') === this.#itemPath
    );
  }

  #startItem(): void {
    this.#outside = { elements: this.#elements, characters: this.#characters };
    this.#elements = 0;
    this.#characters = 0;
  }
}

function tooLarge(): XmlError {
  return new XmlError(reason('too_large', 'the answer is nested too deeply or one entry is too large'));
}
