import type { Stage } from './helper.ts';

export const body = {
  policy: 'access',
  target: 'main',
  reason: 'Schulung',
  owner: 'Fachgebiet 12',
  until: '2026-12-31',
};

export async function send(
  made: Stage,
  method: 'POST' | 'DELETE',
  url: string,
  payload?: object,
  token?: string,
) {
  const authorization = `Bearer ${token ?? (await made.token(['operate']))}`;
  const request = { method, url, headers: { authorization } };
  return made.call(payload === undefined ? request : { ...request, payload });
}

export const give = (made: Stage, more: object = {}, url = '/api/v1/waivers') =>
  send(made, 'POST', url, { ...body, ...more });
