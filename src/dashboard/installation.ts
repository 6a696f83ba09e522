import { signal } from '@preact/signals';
import type { z } from 'zod';
import type { SetupState } from '../api/schemas/setup.ts';
import { call } from './api.ts';

export type Installation = z.output<typeof SetupState>;

/** What this installation is; null: not known yet, or not for this token. */
export const installation = signal<Installation | null>(null);

export async function learnInstallation(): Promise<void> {
  installation.value = await call<Installation>('/api/v1/setup').catch(() => null);
}
