/** Entity tags of If-None-Match, compared weakly; what was sent compressed is the same content. */
export function tagsIn(header: string | undefined): string[] {
  return header === undefined ? [] : header.split(',').map(plainTag);
}

/** `*` stands for whatever there is. */
export function matches(header: string | undefined, tag: string): boolean {
  return header !== undefined && (header.trim() === '*' || tagsIn(header).includes(tag));
}

const plainTag = (tag: string): string =>
  tag
    .trim()
    .replace(/^W\//, '')
    .replace(/-gzip"$/, '"');
