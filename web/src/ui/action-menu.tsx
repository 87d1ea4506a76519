import type { ButtonProps } from '@fluentui/react-components';
import { cloneElement, lazy, type ReactElement, Suspense, useState } from 'react';

export interface Action {
  label: string;
  onChoose?: () => void;
  /** A page of ours instead of something to do. */
  to?: string;
  /** A file to download instead of something to do. */
  download?: string;
  /** Why it can't be chosen now; said in the entry itself. */
  because?: string | null;
  /** A line above it. */
  apart?: boolean;
}

export interface ActionMenuProps {
  /** The button that opens it; a `Button` without its own onClick. */
  button: ReactElement<ButtonProps>;
  actions: readonly Action[];
  /** Above the entries, such as whose account this is. */
  head?: ReactElement;
}

const loadPopup = () => import('./action-menu-popup.tsx');
const Popup = lazy(loadPopup);

/** A menu whose code is loaded when somebody is about to open the first one: most pages are only read. */
export function ActionMenu({ button, ...menu }: ActionMenuProps) {
  const [wanted, setWanted] = useState(false);
  const closed = cloneElement(button, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: () => void loadPopup(),
    onFocus: () => void loadPopup(),
    onClick: () => setWanted(true),
  });
  if (!wanted) return closed;
  return (
    <Suspense fallback={closed}>
      <Popup button={button} {...menu} />
    </Suspense>
  );
}
