import type { z } from 'zod';
import type { SetupLine } from '../../../api/schemas/setup.ts';
import { Problem } from '../../api.ts';
import { say } from '../../texts/index.ts';

type Line = z.output<typeof SetupLine>;
export type SourceLine = Extract<Line, { source: string }>;
export type LastLine = Extract<Line, { done: true }>;

export interface Asked {
  vendor: string;
  id: string;
  schedule: string;
  values: Record<string, string>;
}

/** Each line as soon as it is there. @throws {Problem} */
export async function* checkLive(asked: Asked, signal: AbortSignal): AsyncGenerator<Line> {
  const response = await fetch('/api/v1/setup/check', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-requested-with': 'roomwarden' },
    body: JSON.stringify(asked),
    signal,
  });
  if (!response.ok || response.body === null) throw await problemOf(response);
  let rest = '';
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Line;
  }
}

/** With every place that does not fit. */
export async function problemOf(response: Response): Promise<Problem> {
  const problem = await response.json().catch(() => null);
  const errors: { path: string; message: { de: string; en: string } }[] = problem?.errors ?? [];
  const places = errors.map(
    ({ path, message }) => `${path.replace(/^body\.(values\.)?/, '')}: ${say(message)}`,
  );
  const text = problem?.texts === undefined ? response.statusText : say(problem.texts);
  return new Problem(response.status, places.length > 0 ? places.join(' ') : text);
}
