import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect } from 'vitest';
import { type BoundedHttp, type HttpOptions, SourceError } from '../../../adapters/contract/http.ts';
import { createHttp, type HttpDeps } from '../../../adapters/contract/http-client.ts';
import {
  type Fault,
  type SimulatedAnswer,
  type SimulatedRequest,
  type SimulatorServer,
  startSimulatorServer,
} from '../../../adapters/contract/simulator.ts';

export const start = Date.UTC(2026, 10, 21, 12, 0, 0);

export function pemPath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
}

export function pem(name: string): string {
  return readFileSync(pemPath(name), 'utf8');
}

/** A fresh server for each test, with what the clients waited and logged. */
export interface Stage {
  simulator: SimulatorServer;
  answer(request: SimulatedRequest): SimulatedAnswer;
  sleeps: number[];
  lines: string[];
  client(options?: Partial<HttpOptions>, extra?: Partial<HttpDeps>): BoundedHttp;
  breakAll(fault: Fault): void;
  heal(): void;
}

export function useStage(): Stage {
  const clients: BoundedHttp[] = [];
  const write = (fields: object, message: string): void => {
    stage.lines.push(JSON.stringify(fields) + message);
  };
  const stage: Stage = {
    simulator: null as never,
    answer: () => ({ status: 200, body: '{"ok":true}' }),
    sleeps: [],
    lines: [],
    client(options = {}, extra = {}) {
      const deps: HttpDeps = {
        now: () => start,
        log: { debug: write, info: write, warn: write, error: write },
        signal: new AbortController().signal,
        sleep: async (ms) => void stage.sleeps.push(ms),
        ...extra,
      };
      const allow = [
        { method: 'GET', path: '/data' } as const,
        { method: 'GET', path: /^\/room\/[a-z]+$/ } as const,
        { method: 'POST', path: '/query' } as const,
      ];
      const base = `${stage.simulator.origin}/api`;
      const made = createHttp({ base, allow, rate: 10_000, ...options }, deps);
      clients.push(made);
      return made;
    },
    heal() {
      stage.simulator.faults = [];
    },
    breakAll(fault) {
      stage.simulator.faults = [{ path: /./, fault }];
    },
  };
  beforeEach(async () => {
    stage.sleeps = [];
    stage.lines = [];
    stage.answer = () => ({ status: 200, body: '{"ok":true}' });
    stage.simulator = await startSimulatorServer((request) => stage.answer(request));
  });
  afterEach(async () => {
    for (const made of clients.splice(0)) made.close();
    await stage.simulator.close();
  });
  return stage;
}

export async function failure(call: Promise<unknown>): Promise<SourceError> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
}
