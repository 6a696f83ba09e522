import type { ComponentChildren } from 'preact';

interface TableCellProps {
  /** The column's name: on a narrow screen it stands before what the cell holds. */
  label: string;
  class?: string;
  children: ComponentChildren;
}

export function TableCell({ label, class: name = '', children }: TableCellProps) {
  return (
    <td class={name} data-label={label}>
      <div>{children}</div>
    </td>
  );
}
