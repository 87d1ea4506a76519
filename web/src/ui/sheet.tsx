import { lazy, type ReactNode, Suspense } from 'react';

export interface SheetProps {
  open: boolean;
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** Buttons, the way back first, the main one last. */
  actions: ReactNode;
}

const SheetDialog = lazy(() => import('./sheet-dialog.tsx'));

/** A dialog as the product draws them; its code is loaded with the first one that opens. */
export function Sheet({ open, ...dialog }: SheetProps) {
  if (!open) return null;
  return (
    <Suspense>
      <SheetDialog {...dialog} />
    </Suspense>
  );
}
