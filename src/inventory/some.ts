import { isFactName } from '../../adapters/contract/vocabulary.ts';
import type { KeptFacts } from './facts.ts';

const quote = 34;
const backslash = 92;
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];
const comma = 44;

/**
 * Only these facts of a subject's stored text: its evidence is most of it, and reading everything costs ten times as
 * much. A text that does not look as we write it is read as a whole.
 */
export function someFacts(text: string, wanted: ReadonlySet<string>): KeptFacts {
  const facts: KeptFacts = {};
  let at = 1;
  while (text.charCodeAt(at) === quote) {
    const end = text.indexOf('":', at + 1);
    if (end < 0) return wholeFacts(text, wanted);
    const name = text.slice(at + 1, end);
    const past = endOfValue(text, end + 2);
    if (past < 0) return wholeFacts(text, wanted);
    if (wanted.has(name) && isFactName(name)) facts[name] = JSON.parse(text.slice(end + 2, past));
    const next = text.charCodeAt(past);
    if (next === closeBrace) return facts;
    if (next !== comma) return wholeFacts(text, wanted);
    at = past + 1;
  }
  return wholeFacts(text, wanted);
}

function wholeFacts(text: string, wanted: ReadonlySet<string>): KeptFacts {
  const facts = JSON.parse(text) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(facts).filter(([name]) => wanted.has(name))) as KeptFacts;
}

/** Behind the object that begins here; negative where none does or it does not end. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfText(text, at);
    else if (code === openBrace || code === openBracket) depth += 1;
    else if (code === closeBrace || code === closeBracket) depth -= 1;
    if (depth === 0 || at < 0) return depth === 0 && at >= 0 && at > from ? at + 1 : -1;
  }
  return -1;
}

/** Place of the quote that ends the text which begins here. */
function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at > 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -2;
}
