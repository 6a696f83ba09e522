import type { Ms } from '../contract/fact.ts';
import type { AllowedCall } from '../contract/http.ts';

export const paths = {
  info: '/api/info',
  publicSettings: '/api/v1/settings.public',
  setting: (id: string) => `/api/v1/settings/${id}`,
  passwordPolicy: '/api/v1/pw.getPolicy',
  self: '/api/v1/me',
  permissions: '/api/v1/permissions.listAll',
  roles: '/api/v1/roles.list',
  license: '/api/v1/licenses.info',
  statistics: '/api/v1/statistics',
  adminRooms: '/api/v1/rooms.adminRooms',
  channels: '/api/v1/channels.list',
  groups: '/api/v1/groups.listAll',
  teams: '/api/v1/teams.listAll',
  capabilities: '/api/v1/video-conference.capabilities',
  providers: '/api/v1/video-conference.providers',
  calls: '/api/v1/video-conference.list',
  apps: '/api/apps/installed',
  appSettings: (id: string) => `/api/apps/${id}/settings`,
} as const;

const plain = Object.values(paths).filter((path) => typeof path === 'string');

/**
 * Reading by the vendor's source. Left out on purpose: presence of persons, direct messages of others, files, and
 * `statistics` with a refresh, which writes.
 */
export const allowList: readonly AllowedCall[] = [
  ...plain.map((path): AllowedCall => ({ method: 'GET', path })),
  { method: 'GET', path: /^\/api\/v1\/settings\/[A-Za-z0-9_]{3,80}$/ },
  { method: 'GET', path: /^\/api\/apps\/[0-9a-f-]{36}\/settings$/ },
];

/** Calls within a window of time, as the server counts them: per route and address. */
export interface Limit {
  calls: number;
  windowMs: Ms;
}

/** What the server counts as one route. */
export function routeOf(path: string): string {
  if (/^\/api\/v1\/settings\/./.test(path)) return '/api/v1/settings/:_id';
  if (/^\/api\/apps\/[^/]+\/settings$/.test(path)) return '/api/apps/:id/settings';
  return path;
}

const conference: Limit = { calls: 3, windowMs: 1000 };

/** What the vendor documents; an administrator may have set other numbers, which the answers then tell. */
export function documentedLimit(route: string): Limit | null {
  if (route === paths.info) return null;
  if (route.startsWith('/api/v1/video-conference.')) return conference;
  return { calls: 10, windowMs: 60_000 };
}
