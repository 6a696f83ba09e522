import type { ASTNode } from '@marcbachmann/cel-js';
import type { Wire } from './site.ts';

type Scope = Readonly<Record<string, unknown>>;
type Fields = Record<string, unknown>;

/** CEL with the functions of the `cel` input that the program uses; anything else is an error, as there. */
export async function evaluate(node: ASTNode, scope: Scope, wire: Wire): Promise<unknown> {
  const on = (inner: ASTNode, more: Scope = {}): Promise<unknown> =>
    evaluate(inner, { ...scope, ...more }, wire);
  switch (node.op) {
    case 'value':
      return typeof node.args === 'bigint' ? Number(node.args) : node.args;
    case 'id':
      if (!(node.args in scope)) throw new Error(`no such name: ${node.args}`);
      return scope[node.args];
    case '.':
      return field(await on(node.args[0]), node.args[1]);
    case '?:':
      return (await on(node.args[0])) === true ? on(node.args[1]) : on(node.args[2]);
    case '&&':
      return (await on(node.args[0])) === true && (await on(node.args[1])) === true;
    case '==':
      return (await on(node.args[0])) === (await on(node.args[1]));
    case '+':
      return add(await on(node.args[0]), await on(node.args[1]));
    case 'list':
      return inTurn(node.args, (item) => on(item));
    case 'map': {
      const entries = await inTurn(node.args, async ([key, value]) => [await on(key), await on(value)]);
      return Object.fromEntries(entries);
    }
    case 'call':
      return call(node.args[0], node.args[1], on);
    case 'rcall':
      return method(node.args[0], node.args[1], node.args[2], on, wire);
    default:
      throw new Error(`not read here: ${node.op}`);
  }
}

type On = (node: ASTNode, more?: Scope) => Promise<unknown>;

async function call(name: string, args: readonly ASTNode[], on: On): Promise<unknown> {
  const [first, second] = args as [ASTNode, ASTNode];
  if (name === 'has') {
    if (first.op !== '.') throw new Error('has() takes a field');
    return first.args[1] in ((await on(first.args[0])) as Fields);
  }
  if (name === 'string') return String(await on(first));
  if (name === 'request') return { Method: await on(first), URL: await on(second), Header: {} };
  throw new Error(`no such function: ${name}`);
}

async function method(
  name: string,
  receiver: ASTNode,
  args: readonly ASTNode[],
  on: On,
  wire: Wire,
): Promise<unknown> {
  const own = await on(receiver);
  const [first, second] = args as [ASTNode, ASTNode];
  switch (name) {
    case 'as':
      return on(second, { [named(first)]: own });
    case 'map':
      return inTurn(own as unknown[], (item) => on(second, { [named(first)]: item }));
    case 'with':
      return { ...(own as Fields), ...((await on(first)) as Fields) };
    case 'format_query':
      return queryOf(own as Record<string, string[]>);
    case 'encode_json':
      return JSON.stringify(own);
    case 'decode_json':
      return JSON.parse(own as string);
    case 'do_request':
      return send(own as Fields, wire);
    default:
      throw new Error(`no such method: ${name}`);
  }
}

async function send({ Method, URL: url, Header }: Fields, wire: Wire): Promise<Fields> {
  const headers = Object.entries(Header as Record<string, string[]>).map(([name, values]) => {
    if (!Array.isArray(values)) throw new Error(`header ${name} is no list`);
    return [name.toLowerCase(), values.join(', ')];
  });
  const answer = await wire({
    method: Method as string,
    url: url as string,
    headers: Object.fromEntries(headers),
  });
  return { StatusCode: answer.status, Status: `${answer.status} status`, Body: answer.body };
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !(name in value))
    throw new Error(`no such key: ${name}`);
  return (value as Fields)[name];
}

/** Texts go with texts alone; there is no conversion in CEL. */
function add(left: unknown, right: unknown): string {
  if (typeof left !== 'string' || typeof right !== 'string') throw new Error('no such overload: +');
  return left + right;
}

function named(node: ASTNode): string {
  if (node.op !== 'id') throw new Error('a macro takes a name');
  return node.args;
}

function queryOf(parts: Record<string, string[]>): string {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(parts)) for (const each of values) query.append(name, each);
  query.sort();
  return query.toString();
}

async function inTurn<T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await each(item));
  return results;
}
