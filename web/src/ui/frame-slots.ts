import { createContext, type Dispatch, type SetStateAction, useContext } from 'react';

/** Places in the frame that the page in it fills; the page draws into them, so they hold no state of the page. */
export interface Slots {
  breadcrumb: HTMLElement | null;
  setBreadcrumb: Dispatch<SetStateAction<HTMLElement | null>>;
  folders: HTMLElement | null;
  setFolders: Dispatch<SetStateAction<HTMLElement | null>>;
  phoneHead: { title: string; back: string | undefined };
  setPhoneHead: Dispatch<SetStateAction<Slots['phoneHead']>>;
  drawerOpen: boolean;
  setDrawerOpen: Dispatch<SetStateAction<boolean>>;
}

export const SlotsContext = createContext<Slots | undefined>(undefined);

export function useSlots(): Slots {
  const slots = useContext(SlotsContext);
  if (!slots) throw new Error('A page with a Frame must stand inside InsideFrame');
  return slots;
}
