/** Damages to tables that nobody could see. */
export function unnoticedInTables(path: string, kind: string): string | null {
  if (kind === 'column null' && /: rooms(?: by token| of a slice)?\.listable$/.test(path))
    return 'null is 0 in this column';
  if (kind === 'a row of garbage' && path.endsWith('foreign hosts')) return 'any text may be a host';
  if (!kind.endsWith('row that differs')) return null;
  if (path.endsWith('catalogue.writable')) return 'one right more is a right more';
  return /(?:: (?:shared files.*|messages.*)\.(?:place|object_type)|foreign hosts\.remote_server)$/.test(path)
    ? 'a row of another room, kind or host'
    : null;
}

/** Where the API shows not every room, nothing stands in for what is stored of the others. */
export function unnoticedInSlices(path: string, kind: string): string | null {
  if (/: rooms(?: of a slice)?\.(?:type|object_type|remote_server)$/.test(path) && /^column/.test(kind))
    return 'a room whose kind cannot be told is shown as unknown, never left out';
  if (/: rooms(?: of a slice)?\.(?:name|description)$/.test(path) && kind === 'column null')
    return 'null is no text in these columns';
  return unnoticedInTables(path, kind);
}
