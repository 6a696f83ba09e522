import type { CommonTarget, SecretRef } from '../../adapters/contract/target.ts';
import type { ConfiguredReceiver } from './push.ts';

/** Where an entry stands in the configuration, for messages and `managed_by: file`. */
export interface Origin {
  file: string;
  line: number;
  column: number;
}

export interface ConfiguredTarget {
  id: string;
  vendor: string;
  /** Vendor keys and common ones, validated; paths absolute. */
  settings: CommonTarget & Record<string, unknown>;
  /** Cron line, or null = only on demand. */
  schedule: string | null;
  /** Seconds: the configured one, else the larger of 24 h and three intervals. */
  freshness: number;
  live: { purpose: string } | null;
  origin: Origin;
}

export interface ConfiguredAttestation {
  policy: string;
  target: string;
  /** `value`, further fields of the policy, `attested_by`, `attested_at`, `reference`, `declared_not_applicable`. */
  fields: Record<string, unknown>;
  attestedAt: number | null;
  /** End of the named day in the configured time zone, ms. */
  validUntil: number | null;
  origin: Origin;
}

export interface ConfiguredWaiver {
  id: string;
  policy: string;
  target: string;
  room?: string;
  tag?: string;
  /** Uid of the one finding that it is about; over REST only. */
  finding?: string;
  /** Of an exception for recordings: what they are for; once it is over they must be gone. */
  purpose?: string;
  reason: string;
  owner: string;
  ticket?: string;
  approvedBy?: string;
  /** End of the named day in the configured time zone, ms. */
  until: number;
  origin: Origin;
}

export interface OidcSettings {
  issuer: string;
  client_id: string;
  client_secret: SecretRef | null;
  scopes: string[];
  /** Where the groups stand in the claims, from the outside in. */
  claim: string[];
  /** `targets` null = all. */
  roles: { group: string; scopes: ('read' | 'feed' | 'operate' | 'admin')[]; targets: string[] | null }[];
  /** Seconds. */
  clock_tolerance: number;
  ca: string | null;
  proxy: string | null;
  insecure_http: boolean;
}

/** `api`: answers REST. `worker`: scans, keeps schedules, sends, deletes. */
export type Role = 'api' | 'worker';

export interface InstanceSettings {
  key: SecretRef | null;
  roles: readonly Role[];
  /** Seconds without a sign of life after which others take over. */
  heartbeat: number;
  /** Seconds that a stop waits for what runs. */
  shutdown: number;
  /** Targets with more rooms are collected in slices of so many; 0: by one instance each. */
  slice_rooms: number;
}

export interface Config {
  file: string;
  /** Folder that relative paths are relative to. */
  directory: string;
  listen: {
    host: string;
    port: number;
    /** PEM files, absolute. */
    tls: { cert: string; key: string } | null;
    /** IP addresses and networks whose forwarding headers are believed. */
    trusted_proxies: string[];
  };
  access: {
    /** Lower case; one more header in which a token is accepted. */
    header: string | null;
    /** Origin as browsers see it. */
    public_url: string | null;
    /** Seconds. */
    sessions: { idle: number; longest: number };
    oidc: OidcSettings | null;
  };
  metrics: { open: boolean };
  data: string;
  timezone: string;
  database: { url: SecretRef } | null;
  instance: InstanceSettings;
  privacy: { room_names: 'plain' | 'pseudonymous'; room_ids: 'ref' | 'plain' };
  /** Seconds. */
  retention: {
    events: number;
    resolved: number;
    gone_rooms: number;
    scans: number;
    audit_log: number;
    trends: number;
  };
  feed: { initial: 'summary' | 'full' };
  export: {
    language: 'de' | 'en';
    host?: string | undefined;
    enterprise_number?: number | undefined;
    /** As it stands in the file. */
    chromium?: string | undefined;
  };
  tags: Record<string, string[]>;
  targets: ConfiguredTarget[];
  attestations: ConfiguredAttestation[];
  /** Seconds before its end from which on an attestation is due for renewal. */
  attestations_due: number;
  waivers: ConfiguredWaiver[];
  /** Seconds that a waiver may reach ahead; null = no limit. */
  waivers_max: number | null;
  push: ConfiguredReceiver[];
  policies: Record<string, { parameters: Record<string, unknown> }>;
}
