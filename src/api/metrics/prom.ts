import { createRequire } from 'node:module';
import type * as prom from 'prom-client';

const load = createRequire(import.meta.url);
// Only these: the whole package also loads an interface for traces, and takes longer than all of its parts.
export const Registry: typeof prom.Registry = load('prom-client/lib/registry');
export const Counter: typeof prom.Counter = load('prom-client/lib/counter');
export const Histogram: typeof prom.Histogram = load('prom-client/lib/histogram');
