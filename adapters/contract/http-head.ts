import type { AxiosResponse } from 'axios';
import type { Ms } from './fact.ts';
import type { HttpAnswer } from './http.ts';

export type AnswerHead = Omit<HttpAnswer, 'text'>;

/** What is known of an answer before its body; header names in lower case. */
export function headOf(response: AxiosResponse, locator: string, now: Ms): AnswerHead {
  const date = Date.parse(one(response.headers['date']) ?? '');
  const headers: Record<string, string | string[] | undefined> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (typeof value === 'string' || Array.isArray(value)) headers[name.toLowerCase()] = value;
  }
  return {
    status: response.status,
    headers,
    observedAt: now,
    serverDate: Number.isFinite(date) ? date : null,
    locator,
  };
}

/** The first value of a header that may be repeated. */
export function one(value: unknown): string | undefined {
  if (Array.isArray(value)) return typeof value[0] === 'string' ? value[0] : undefined;
  return typeof value === 'string' ? value : undefined;
}
