import type { StoreLocation } from '../../src/store/index.ts';
import type { Rates, SoakEstate } from './estate.ts';
import type { Measured } from './measured.ts';

export interface SoakOptions {
  location: StoreLocation;
  targets: number;
  hours: number;
  seed: number;
  rates: Rates;
  /** Each happens once in so many minutes, on average; null: never. */
  restart: number | null;
  crash: number | null;
  disconnect: number | null;
  /** PostgreSQL only. */
  workers: number;
  /** Hours that records are kept. */
  keep: number;
  /** Ends all connections of the database. */
  cut?(): Promise<void>;
  onHour?(sample: Sample): void;
  /** Aborted: it ends after the hour that it is in. */
  enough?: AbortSignal;
}

/** At the end of an hour, after what is too old was deleted. */
export interface Sample extends Measured {
  hour: number;
  scans: number;
  /** Of real time since the start. */
  seconds: number;
  /** So far. */
  faults: number;
}

export interface SoakResult {
  planned: number;
  begun: number;
  /** A planned time at which the target's scan still waited or ran: made up for by that one. */
  merged: number;
  /** Targets times minutes in which a scan was late by more than is allowed, all of them reported. */
  lateMinutes: number;
  longestLate: number;
  /** What was wrong; empty if nothing was. */
  faults: string[];
  told: SoakEstate['told'] & { restarts: number; crashes: number; disconnects: number; unrecorded: number };
  samples: Sample[];
}
