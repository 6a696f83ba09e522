import { reason } from '../contract/fact.ts';
import { classificationMarking, type Marking } from '../contract/marking.ts';
import { type PasswordStrength, passwordStrength } from '../contract/strength.ts';
import { failureOf } from './disco.ts';
import { knownRead, type Read, unknownRead } from './known.ts';
import type { RoomAddress } from './room-name.ts';
import { type Element, ns } from './stanzas.ts';
import type { Answer } from './xmpp.ts';

export interface RoomPassword extends PasswordStrength {
  /** The password stands in the room's own name. */
  inName: boolean;
}

/** A room's settings without its password; a field that could not be read is null. */
export interface OwnerForm {
  /** `none` = the room has no password. */
  password: RoomPassword | 'none' | null;
  membersOnly: boolean | null;
  persistent: boolean | null;
  listed: boolean | null;
  /** Of title and description, which are dropped. */
  marking: Marking;
}

export type FormAnswer = Read<OwnerForm> | { state: 'absent' };

export function readForm(answer: Answer, address: RoomAddress): FormAnswer {
  if (answer.state === 'error' && answer.condition === 'item-not-found') return { state: 'absent' };
  if (answer.state === 'error' && answer.condition === 'forbidden')
    return unknownRead(
      reason('not_permitted', 'the account is not among the admins of the room service', {
        kind: 'permission',
        name: 'admins of the MUC component',
      }),
    );
  if (answer.state !== 'result') return unknownRead(failureOf(answer));
  const form = answer.payload.getChild('x', ns.data);
  const fields = new Map(
    (form?.getChildren('field') ?? []).map((field) => [field.attrs['var'] ?? '', field]),
  );
  const kind = fields.get('FORM_TYPE')?.getChildText('value');
  if (kind !== 'http://jabber.org/protocol/muc#roomconfig')
    return unknownRead(reason('invalid_answer', 'no settings of a room'));
  const text = (name: string): string => fields.get(`muc#roomconfig_${name}`)?.getChildText('value') ?? '';
  return knownRead({
    password: passwordOf(fields.get('muc#roomconfig_roomsecret'), address),
    membersOnly: switchOf(fields.get('muc#roomconfig_membersonly'), true),
    persistent: switchOf(fields.get('muc#roomconfig_persistentroom'), true),
    listed: switchOf(fields.get('muc#roomconfig_publicroom'), false),
    marking: classificationMarking([text('roomname'), text('roomdesc')]),
  });
}

/** The text lives in here only. An empty `<value/>` means that there is none; no value at all is no answer. */
function passwordOf(field: Element | undefined, address: RoomAddress): OwnerForm['password'] {
  const values = field?.getChildren('value') ?? [];
  const [value] = values;
  if (value === undefined || values.length > 1) return null;
  const text = value.text();
  if (text === '') return 'none';
  const names = [address.plain, address.name, address.node].map((name) => name.toLowerCase());
  return { ...passwordStrength(text), inName: names.some((name) => name.includes(text.toLowerCase())) };
}

/** The server leaves the value out for some switches that were never set. */
function switchOf(field: Element | undefined, mayBeLeftOut: boolean): boolean | null {
  if (field === undefined || field.attrs['type'] !== 'boolean') return null;
  const values = field.getChildren('value').map((value) => value.text());
  if (values.length === 0) return mayBeLeftOut ? false : null;
  if (values.length > 1) return null;
  if (values[0] === '1' || values[0] === 'true') return true;
  return values[0] === '0' || values[0] === 'false' ? false : null;
}
