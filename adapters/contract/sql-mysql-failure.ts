import { type Reason, reason } from './fact.ts';
import { errorCode, networkReason } from './http-failure.ts';
import { grantOf, type SqlStatement } from './sql.ts';

/** Only numbers and names of tables and columns count: messages of a database quote rows and accounts. */
export function mysqlReason(error: unknown, statement: SqlStatement | undefined): Reason {
  const { errno, message } = error as { errno?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : '';
  const code = errorCode(error);
  if (typeof errno === 'number' && errno >= 1000) return numberReason(errno, text, statement);
  if (code === 'PROTOCOL_SEQUENCE_TIMEOUT') return reason('throttled', 'no answer in time');
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT')
    return reason(
      'unreachable',
      'TLS: the database offers none; sslmode=disable in its address permits clear text',
    );
  if (code === 'PROTOCOL_CONNECTION_LOST' || /closed state/i.test(text))
    return reason('unreachable', 'connection reset');
  return networkReason(code === 'HANDSHAKE_SSL_ERROR' ? handshakeCode(text) : code, false);
}

/** The client puts its own code over that of TLS; of the message only fixed words of the library below count. */
function handshakeCode(message: string): string {
  return handshakes.find(([words]) => message.startsWith(words))?.[1] ?? 'EPROTO';
}

const handshakes: readonly (readonly [string, string])[] = [
  ['self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['unable to get local issuer certificate', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  ['unable to get issuer certificate', 'UNABLE_TO_GET_ISSUER_CERT'],
  ['unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['certificate has expired', 'CERT_HAS_EXPIRED'],
  ['certificate is not yet valid', 'CERT_NOT_YET_VALID'],
  ["Hostname/IP does not match certificate's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID'],
];

function numberReason(errno: number, message: string, statement: SqlStatement | undefined): Reason {
  switch (errno) {
    case 1045:
    case 1698:
    case 1862:
      return reason('not_permitted', 'the database refuses the login (name, password or host)');
    case 1044:
      return reason('not_permitted', 'the account may not use this database');
    case 1142:
      return denied(named(message, /for table\s+(?:`[^`]*`\.)?[`']([^`']+)[`']/i), statement);
    case 1143:
      return denied(named(message, /in table\s+'([^']+)'/i), statement);
    case 1356:
      return reason('invalid_answer', 'a view is broken, or its owner may not read what is below it');
    case 1146:
      return reason(
        'invalid_answer',
        `table ${named(message, /Table '(?:[^'.]*\.)?([^']+)'/i) ?? 'of the question'} is not there: another database, or another product`,
      );
    case 1054:
      return reason(
        'not_supported_by_version',
        `column ${named(message, /Unknown column '(?:[^'.]*\.)?([^']+)'/i) ?? 'of the question'} is not there`,
      );
    case 1969:
    case 3024:
    case 1317:
      return reason('throttled', 'statement timeout');
    case 1205:
    case 1222:
      return reason('throttled', 'lock timeout');
    case 1040:
    case 1203:
    case 1226:
      return reason('throttled', 'the database has no connection left');
    case 1049:
      return reason('unreachable', 'there is no database of this name');
    case 1053:
    case 1927:
      return reason('unreachable', 'the database ended the session');
  }
  return reason('invalid_answer', `error ${errno}`);
}

function denied(table: string | undefined, statement: SqlStatement | undefined): Reason {
  if (table === undefined) return reason('not_permitted', 'permission denied');
  const grant = grantOf(table, statement?.reads?.[table]);
  return reason('not_permitted', `permission denied for table ${table}`, { kind: 'sql', name: grant });
}

function named(message: string, pattern: RegExp): string | undefined {
  const found = pattern.exec(message)?.[1];
  return found !== undefined && /^[A-Za-z_][\w$.]{0,127}$/.test(found) ? found : undefined;
}
