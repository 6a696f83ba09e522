import type { Adapter } from '../contract/adapter.ts';
import { check } from './check.ts';
import { collect } from './collect.ts';
import { combine } from './combine.ts';
import { type BigBlueButtonConfiguration, configuration } from './configuration.ts';
import { receive } from './receive.ts';
import { releases } from './releases.ts';
import { factRows } from './rows.ts';
import { collectSlice } from './slice.ts';
import { sources } from './sources.ts';

export const bigbluebutton: Adapter<BigBlueButtonConfiguration> = {
  vendor: 'bigbluebutton',
  configuration,
  sources,
  facts: factRows,
  releases,
  check,
  collect,
  collectSlice,
  receive,
  combine,
};
