import { type Reason, reason } from './fact.ts';
import { errorCode, networkReason } from './http-failure.ts';
import { grantOf, type SqlStatement } from './sql.ts';

/** Names of tables and columns as a database prints them. */
const name = /^[A-Za-z_][\w$.]{0,127}$/;

/**
 * Why a question was not answered. Only codes and names of tables count: messages of a database quote rows.
 */
export function postgresReason(error: unknown, statement: SqlStatement | undefined): Reason {
  const code = errorCode(error);
  const message = error instanceof Error ? error.message : '';
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code))
    return stateReason(code, error as object, message, statement);
  if (/does not support SSL/i.test(message))
    return reason(
      'unreachable',
      'TLS: the database offers none; sslmode=disable in its address permits clear text',
    );
  if (/query read timeout/i.test(message)) return reason('throttled', 'no answer in time');
  if (/timeout/i.test(message) && code === undefined) return reason('unreachable', 'connection timed out');
  if (/SASL|password must be a string/i.test(message))
    return reason('not_permitted', 'the database refuses the login');
  if (code === undefined && /terminated|ended|closed|not queryable/i.test(message))
    return reason('unreachable', 'connection reset');
  return networkReason(code, false);
}

function stateReason(
  state: string,
  error: object,
  message: string,
  statement: SqlStatement | undefined,
): Reason {
  if (state.startsWith('28'))
    return reason('not_permitted', 'the database refuses the login (name, password or pg_hba.conf)');
  switch (state) {
    case '42501':
      return denied(message, statement);
    case '42P01':
      return reason(
        'invalid_answer',
        `table ${missing(message)} is not there: another database, or another product`,
      );
    case '42703':
      return reason('not_supported_by_version', `column ${missing(message)} is not there`);
    case '57014':
      return reason('throttled', 'statement timeout');
    case '55P03':
      return reason('throttled', 'lock timeout');
    case '53300':
    case '53400':
      return reason('throttled', 'the database has no connection left');
    case '3D000':
      return reason('unreachable', 'there is no database of this name');
    case '25P03':
    case '57P01':
    case '57P02':
    case '57P03':
      return reason('unreachable', 'the database ended the session');
  }
  const table =
    'table' in error && typeof error.table === 'string' && name.test(error.table) ? error.table : '';
  const detail = `SQLSTATE ${state}${table === '' ? '' : ` at ${table}`}`;
  return /^(22|21|23|0A|42|25)/.test(state)
    ? reason('invalid_answer', detail)
    : reason('unreachable', detail);
}

function denied(message: string, statement: SqlStatement | undefined): Reason {
  const object = /permission denied for (?:table|view|relation|materialized view) "?([\w$.]+)"?$/i.exec(
    message,
  )?.[1];
  if (object !== undefined) {
    const grant = grantOf(object, statement?.reads?.[object]);
    return reason('not_permitted', `permission denied for table ${object}`, { kind: 'sql', name: grant });
  }
  const other = /permission denied for (schema|function|database) "?([\w$.]+)"?$/i.exec(message);
  if (other === null) return reason('not_permitted', 'permission denied');
  const right = other[1] === 'schema' ? 'USAGE' : other[1] === 'database' ? 'CONNECT' : 'EXECUTE';
  const grant = `${right} ON ${String(other[1]).toUpperCase()} ${other[2]}`;
  return reason('not_permitted', `permission denied for ${other[1]} ${other[2]}`, {
    kind: 'sql',
    name: grant,
  });
}

function missing(message: string): string {
  const found = /(?:relation|column) "?([\w$.]+)"? does not exist/i.exec(message)?.[1];
  return found !== undefined && name.test(found) ? found : 'of the question';
}
