import type { ApiDeps } from '../deps.ts';

export type FeedDeps = Pick<ApiDeps, 'store' | 'config'>;
export type MatrixDeps = Pick<ApiDeps, 'store' | 'config' | 'catalogue' | 'bind' | 'now' | 'scheduler'>;
