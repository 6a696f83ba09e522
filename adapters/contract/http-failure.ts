import { type Ms, type Reason, reason } from './fact.ts';

const tlsMessages: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to verify the certificate',
  UNABLE_TO_GET_ISSUER_CERT: 'unable to verify the certificate, issuer unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unable to verify the certificate, issuer unknown',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'unable to verify the certificate, self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'unable to verify the certificate, issuer not trusted',
  CERT_HAS_EXPIRED: 'certificate has expired',
  CERT_NOT_YET_VALID: 'certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another host',
  EPROTO: 'handshake failed',
};

const networkMessages: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be resolved',
  EHOSTUNREACH: 'host cannot be reached',
  ENETUNREACH: 'network cannot be reached',
  ETIMEDOUT: 'connection timed out',
  EPIPE: 'connection reset',
  ECONNRESET: 'connection reset',
  Z_BUF_ERROR: 'answer cut off',
  ERR_STREAM_PREMATURE_CLOSE: 'answer cut off',
};

export function timeoutDetail(ms: Ms): string {
  return `timeout after ${ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`}`;
}

/** A failure below HTTP. Only the code is used: messages of the libraries below may hold addresses and queries. */
export function networkReason(code: string | undefined, bodyStarted: boolean): Reason {
  if (code === undefined) return reason('unreachable', bodyStarted ? 'answer cut off' : 'connection failed');
  const tls = tlsMessages[code];
  if (tls !== undefined) return reason('unreachable', `TLS: ${tls}`);
  if (/^(ERR_SSL|ERR_TLS|CERT_|HOSTNAME_|INVALID_CA|UNABLE_TO)/.test(code)) {
    return reason('unreachable', `TLS: ${code}`);
  }
  if (bodyStarted && ['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(code)) {
    return reason('unreachable', 'answer cut off');
  }
  if (code.startsWith('HPE_')) return reason('unreachable', 'not an HTTP answer');
  if (/^(Z_|ERR__ERROR_|ZSTD)/.test(code) && networkMessages[code] === undefined) {
    return reason('unreachable', 'answer cannot be decompressed');
  }
  return reason('unreachable', networkMessages[code] ?? code);
}

export function statusReason(status: number): Reason {
  const detail = `HTTP ${status}`;
  if (status === 401 || status === 403) return reason('not_permitted', detail);
  if (status === 429 || status === 503) return reason('throttled', detail);
  return reason('unreachable', detail);
}

export function errorCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string' && !at.code.startsWith('ERR_BAD_')) return at.code;
  }
  return undefined;
}
