import { type Primitive, primitive, unknown, type Value } from './config-values.ts';

/** Objects of the browser that never hand out the page's own variables. */
const hostNames = new Set([
  'document',
  'location',
  'navigator',
  'console',
  'screen',
  'history',
  'localStorage',
  'sessionStorage',
  'performance',
  'crypto',
  'addEventListener',
  'removeEventListener',
  'setTimeout',
  'setInterval',
  'clearTimeout',
  'clearInterval',
  'fetch',
  'requestAnimationFrame',
  'matchMedia',
  'alert',
  'XMLHttpRequest',
  'URL',
  'URLSearchParams',
  'Event',
  'CustomEvent',
  'TextDecoder',
  'TextEncoder',
  'atob',
  'btoa',
]);

const builtinNames = new Set([
  'Object',
  'Array',
  'String',
  'Number',
  'Boolean',
  'Math',
  'JSON',
  'Date',
  'RegExp',
  'Map',
  'Set',
  'Promise',
  'Symbol',
  'Error',
  'TypeError',
  'Intl',
  'parseInt',
  'parseFloat',
  'isNaN',
  'isFinite',
  'encodeURIComponent',
  'decodeURIComponent',
  'encodeURI',
  'decodeURI',
]);

/** Names under which a page reaches itself. */
const selfNames = new Set(['window', 'self', 'globalThis']);

/** Names of other run-time environments: a browser does not have them. */
export const neverInBrowser = new Set([
  'module',
  'exports',
  'require',
  'process',
  'global',
  'define',
  'Deno',
]);

const constants: Readonly<Record<string, Primitive>> = {
  undefined: undefined,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
};

/** Own properties through which a host object does lead back to the page. */
export const leadsBack = new Set([
  'defaultView',
  'contentWindow',
  'parentWindow',
  'view',
  'ownerDocument',
  'constructor',
  'prototype',
  '__proto__',
]);

/** Calls that run text as code. */
export const runsText = new Set(['eval', 'Function', 'Proxy', 'importScripts', 'execScript']);

export function globalValue(name: string): Value | null {
  if (Object.hasOwn(constants, name)) return primitive(constants[name]);
  if (selfNames.has(name)) return { kind: 'global' };
  if (hostNames.has(name)) return unknown(`browser object ${name}`, 'host');
  if (builtinNames.has(name)) return unknown(`built-in ${name}`, 'builtin');
  return null;
}
