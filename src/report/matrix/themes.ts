import type { Bilingual } from '../../policy/types.ts';

export interface Theme {
  id: string;
  title: Bilingual;
  /** In the order in which they are shown. */
  policies: readonly string[];
}

/** What the documents are about, with the policies that stand for it; advice to people is no part. */
export const themes: readonly Theme[] = [
  {
    id: 'tracking',
    title: { de: 'Überwachung und Tracking', en: 'Monitoring and tracking' },
    policies: [
      'presence-status-disabled',
      'attention-tracking-disabled',
      'activity-statistics-disabled',
      'third-party-analytics-disabled',
    ],
  },
  {
    id: 'recording',
    title: { de: 'Aufzeichnung', en: 'Recording' },
    policies: ['recording-not-automatic', 'recording-off-as-rule', 'live-no-recording'],
  },
  {
    id: 'access',
    title: { de: 'Zugang', en: 'Access' },
    policies: [
      'room-access-restricted',
      'access-restriction-enforced',
      'room-password-strong',
      'room-secret-not-exposed',
      'room-not-publicly-listed',
      'guest-access-controlled',
      'live-participants-known',
      'meeting-locked-when-complete',
      'dial-in-protected',
      'participant-directory-not-exposed',
      'password-distribution-rule',
    ],
  },
  {
    id: 'deletion',
    title: { de: 'Löschen nach der Sitzung', en: 'Deletion after the meeting' },
    policies: [
      'recordings-deleted-after-meeting',
      'chat-deleted-after-meeting',
      'documents-deleted-after-meeting',
      'retention-purpose-documented',
    ],
  },
  {
    id: 'confidentiality',
    title: { de: 'Kontrolle und Vertraulichkeit', en: 'Control and confidentiality' },
    policies: [
      'remote-control-disabled',
      'classified-marking-absent',
      'classified-content-prohibited',
      'screen-sharing-restricted',
      'virtual-background-available',
      'join-muted',
    ],
  },
  {
    id: 'operation',
    title: { de: 'Betrieb', en: 'Operation' },
    policies: [
      'platform-version-current',
      'api-secret-strong',
      'auditor-account-least-privilege',
      'declared-matches-observed',
      'mobile-devices-patched',
      'device-loss-process',
      'security-contact-named',
      'staff-awareness-trained',
    ],
  },
  {
    id: 'provider',
    title: { de: 'Anbieter und Datenschutz', en: 'Provider and data protection' },
    policies: [
      'third-country-endpoints-absent',
      'third-country-guarantees',
      'employer-provided-system',
      'hosting-on-premises-or-germany',
      'no-us-provider',
      'privacy-notice-provided',
      'processing-agreement-signed',
      'processing-record-kept',
      'provider-rating-reviewed',
    ],
  },
];

/** For policies of an installation's own. */
export const otherTheme: Pick<Theme, 'id' | 'title'> = {
  id: 'other',
  title: { de: 'Weitere Regeln', en: 'Other policies' },
};
