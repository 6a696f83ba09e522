/** One room as Jitsi's servers know it. */
export interface RoomAddress {
  /** Local part of the room's address: the room's identity. */
  node: string;
  /** The name as people read it, with the tenant in front. */
  name: string;
  /** Part without tenant, decoded: what the client judges for guessability. */
  plain: string;
  /** As the session modules of the server expect it. */
  room: string;
  tenant: string | null;
}

/** The client's own rule: decoded, NFKC, lower case, percent-encoded, lower case again. */
export function canonicalPart(text: string): string {
  const wellFormed = decoded(text).normalize('NFKC').toLowerCase().toWellFormed();
  return encodeURIComponent(wellFormed).toLowerCase();
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `room` or `tenant/room`, as it stands in a meeting's address. */
export function roomAddress(configured: string): RoomAddress {
  const trimmed = configured.trim().replace(/^\/+/, '');
  const slash = trimmed.lastIndexOf('/');
  const tenant = slash < 0 ? null : canonicalPart(trimmed.slice(0, slash));
  const room = canonicalPart(trimmed.slice(slash + 1));
  return {
    node: tenant === null ? room : `[${tenant}]${room}`,
    name: decoded(trimmed),
    plain: decoded(trimmed.slice(slash + 1)),
    room,
    tenant,
  };
}

/** Query of the WebSocket address; the server decodes it once, so that it ends with the canonical name. */
export function roomQuery(address: RoomAddress): string {
  const room = `room=${encodeURIComponent(address.room)}`;
  return address.tenant === null ? room : `${room}&prefix=${encodeURIComponent(address.tenant)}`;
}

/** Breakout, lobby and health-check rooms are no meetings of their own. */
export function isAuxiliaryRoom(node: string): boolean {
  return /^(?:__jicofo-health-check|breakout)/.test(node);
}

/** A room that a list of the server names: the local part of its address. */
export function roomOfNode(node: string): RoomAddress {
  const match = /^\[([^\]]*)\](.*)$/s.exec(node);
  const [, tenant = null, room = node] = match ?? [];
  const plain = decoded(room);
  return { node, name: tenant === null ? plain : `${decoded(tenant)}/${plain}`, plain, room, tenant };
}
