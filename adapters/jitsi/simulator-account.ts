import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { type Backend, nodeOf, type SimulatedRoom, secretOf } from './simulator-world.ts';
import { ns } from './stanzas.ts';

const salt = Buffer.from('simulated-salt');
const iterations = 4096;

/** The server's side of SCRAM-SHA-1 and PLAIN for one session. */
export class AccountLogin {
  readonly #account: Backend['account'];
  #first = '';
  #challenge = '';

  constructor(account: Backend['account']) {
    this.#account = account;
  }

  /** Answer to an `auth` or `response`, and whether the session is in. */
  step(mechanism: string | undefined, data: string): { in: boolean; xml: string } {
    if (mechanism === 'PLAIN') {
      const [, user, password] = data.split('\u0000');
      return user === this.#account.user && password === this.#account.password
        ? this.#success('')
        : this.#refused();
    }
    if (mechanism === 'SCRAM-SHA-1') {
      this.#first = data.replace(/^n,,/, '');
      const [, user] = /^n=([^,]*)/.exec(this.#first) ?? [];
      const [, nonce] = /r=(.*)$/.exec(this.#first) ?? [];
      if (user !== this.#account.user || nonce === undefined) return this.#refused();
      this.#challenge = `r=${nonce}server,s=${salt.toString('base64')},i=${iterations}`;
      const text = Buffer.from(this.#challenge).toString('base64');
      return { in: false, xml: `<challenge xmlns='${ns.sasl}'>${text}</challenge>` };
    }
    if (mechanism !== undefined || this.#challenge === '') return this.#refused();
    return this.#proof(data);
  }

  #proof(data: string): { in: boolean; xml: string } {
    const without = data.replace(/,p=.*$/, '');
    const proof = Buffer.from(data.slice(without.length + 3), 'base64');
    const message = `${this.#first},${this.#challenge},${without}`;
    const salted = pbkdf2Sync(this.#account.password, salt, iterations, 20, 'sha1');
    const clientKey = createHmac('sha1', salted).update('Client Key').digest();
    const stored = createHash('sha1').update(clientKey).digest();
    const signature = createHmac('sha1', stored).update(message).digest();
    const expected = clientKey.map((byte, place) => byte ^ (signature[place] ?? 0));
    if (!proof.equals(Buffer.from(expected))) return this.#refused();
    const serverKey = createHmac('sha1', salted).update('Server Key').digest();
    return this.#success(`v=${createHmac('sha1', serverKey).update(message).digest('base64')}`);
  }

  #success(data: string): { in: boolean; xml: string } {
    const text = data === '' ? '' : Buffer.from(data).toString('base64');
    return { in: true, xml: `<success xmlns='${ns.sasl}'>${text}</success>` };
  }

  #refused(): { in: boolean; xml: string } {
    return { in: false, xml: `<failure xmlns='${ns.sasl}'><not-authorized/></failure>` };
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll("'", '&apos;');

/** Settings of a room for an admin: the password in clear, no value for some switches that are off. */
export function ownerForm(room: SimulatedRoom): string {
  const secret = secretOf(room);
  const field = (type: string, name: string, value: string): string =>
    `<field type='${type}' var='${name}'>${value}</field>`;
  const text = (value: string): string => (value === '' ? '<value/>' : `<value>${escaped(value)}</value>`);
  const fields = [
    field('hidden', 'FORM_TYPE', text('http://jabber.org/protocol/muc#roomconfig')),
    field('text-single', 'muc#roomconfig_roomname', room.title === undefined ? '' : text(room.title)),
    field('text-single', 'muc#roomconfig_roomdesc', '<value/>'),
    field('boolean', 'muc#roomconfig_persistentroom', room.persistent === true ? '<value>1</value>' : ''),
    field('boolean', 'muc#roomconfig_publicroom', `<value>${room.listed === true ? 1 : 0}</value>`),
    field('text-private', 'muc#roomconfig_roomsecret', text(secret)),
    field('text-single', 'muc#roominfo_meetingId', text(`meeting-of-${nodeOf(room).length}`)),
    field('boolean', 'muc#roomconfig_membersonly', room.lobby === true ? '<value>1</value>' : ''),
    field('text-single', 'muc#roomconfig_historylength', '<value>20</value>'),
  ];
  return `<x xmlns='${ns.data}' type='form'><title>Configuration</title>${fields.join('')}</x>`;
}
