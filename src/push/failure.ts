import type { Bilingual } from '../texts/index.ts';

/** Why a delivery did not succeed. What the receiver answered in words is never kept: it may repeat a token. */
export const failureTexts = {
  unreachable: { de: 'Der Empfänger ist nicht erreichbar.', en: 'The receiver cannot be reached.' },
  tls: {
    de: 'Die verschlüsselte Verbindung kommt nicht zustande.',
    en: 'The encrypted connection cannot be made.',
  },
  timeout: { de: 'Der Empfänger antwortet nicht rechtzeitig.', en: 'The receiver does not answer in time.' },
  cut_off: { de: 'Die Verbindung brach mitten im Senden ab.', en: 'The connection broke while sending.' },
  redirected: {
    de: 'Der Empfänger leitet um; dem wird nicht gefolgt.',
    en: 'The receiver redirects, which is not followed.',
  },
  not_permitted: {
    de: 'Der Empfänger erkennt das Geheimnis nicht an.',
    en: 'The receiver does not accept the secret.',
  },
  not_found: {
    de: 'Unter dieser Adresse nimmt niemand Ereignisse an.',
    en: 'Nobody takes events at this address.',
  },
  throttled: { de: 'Der Empfänger bremst.', en: 'The receiver asks to wait.' },
  receiver_error: {
    de: 'Der Empfänger meldet einen Fehler bei sich.',
    en: 'The receiver reports a fault of its own.',
  },
  refused: { de: 'Der Empfänger lehnt dieses Ereignis ab.', en: 'The receiver refuses this event.' },
  misconfigured: {
    de: 'Der Empfänger lehnt jedes Ereignis ab: seine Einstellungen passen nicht zu diesen.',
    en: 'The receiver refuses every event: its settings do not fit these.',
  },
  invalid_answer: {
    de: 'Die Antwort ist keine Bestätigung dieses Empfängers.',
    en: 'The answer is no acknowledgement of such a receiver.',
  },
  not_confirmed: {
    de: 'Gesendet, aber nicht bestätigt; es wird wiederholt.',
    en: 'Sent but not acknowledged; it is sent again.',
  },
  too_large: {
    de: 'Das Ereignis ist länger als eingestellt.',
    en: 'The event is longer than configured.',
  },
  secret: {
    de: 'Ein Geheimnis oder Zertifikat für diesen Empfänger ist nicht lesbar oder zu kurz.',
    en: 'A secret or certificate for this receiver cannot be read or is too short.',
  },
  internal: { de: 'Unerwarteter Fehler in Roomwarden.', en: 'Unexpected error in Roomwarden.' },
} as const satisfies Record<string, Bilingual>;

export type FailureCode = keyof typeof failureTexts;

/** As it is stored, logged and shown. */
export interface Failure {
  code: FailureCode;
  /** Of HTTP or SMTP. */
  status?: number;
  /** A code of the network, of TLS or of the receiver; never its words. */
  detail?: string;
}

interface Told extends Failure {
  /** It is this event that is refused, for good: sent again it will be refused again. */
  refused?: boolean;
  /** Milliseconds that the receiver asks to wait. */
  retryAfter?: number | null;
}

export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly failure: Failure;
  readonly refused: boolean;
  readonly retryAfter: number | null;

  constructor({ code, status, detail, refused = false, retryAfter = null }: Told) {
    super(code);
    this.failure = {
      code,
      ...(status === undefined ? {} : { status }),
      ...(detail === undefined ? {} : { detail }),
    };
    this.refused = refused;
    this.retryAfter = retryAfter;
  }
}

/** These say something about the call or the caller, whatever it brings. */
const aboutTheReceiver: Readonly<Record<number, FailureCode>> = {
  401: 'not_permitted',
  402: 'not_permitted',
  403: 'not_permitted',
  404: 'not_found',
  405: 'not_found',
  407: 'not_permitted',
  408: 'timeout',
  410: 'not_found',
  421: 'receiver_error',
  423: 'receiver_error',
  425: 'throttled',
  426: 'misconfigured',
  429: 'throttled',
  431: 'misconfigured',
  503: 'throttled',
};

/** Of an HTTP answer that is no success. */
export function statusError(status: number, retryAfter: number | null): DeliveryError {
  const known = aboutTheReceiver[status];
  if (known !== undefined) return new DeliveryError({ code: known, status, retryAfter });
  if (status >= 300 && status < 400) return new DeliveryError({ code: 'redirected', status });
  if (status >= 400 && status < 500) return new DeliveryError({ code: 'refused', status, refused: true });
  if (status >= 500) return new DeliveryError({ code: 'receiver_error', status, retryAfter });
  return new DeliveryError({ code: 'invalid_answer', status });
}

/** Only codes are taken from errors of the libraries: their messages hold addresses. */
export function networkError(error: unknown, started: boolean): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const code = errorCode(error);
  const detail = code === undefined ? {} : { detail: code };
  if (code !== undefined && isTls(code)) return new DeliveryError({ code: 'tls', ...detail });
  if (code === 'ETIMEDOUT') return new DeliveryError({ code: 'timeout', ...detail });
  if (code?.startsWith('HPE_')) return new DeliveryError({ code: 'invalid_answer', ...detail });
  return new DeliveryError({ code: started ? 'cut_off' : 'unreachable', ...detail });
}

function isTls(code: string): boolean {
  return /^(ERR_SSL|ERR_TLS|ERR_OSSL|CERT_|HOSTNAME_|INVALID_CA|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|EPROTO)/.test(
    code,
  );
}

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[\w.-]{1,64}$/.test(error.code) ? error.code : undefined;
}
