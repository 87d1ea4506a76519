import { Button, Menu, MenuItem, MenuItemLink, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { MoreHorizontal20Regular } from '@fluentui/react-icons';

export interface MenuEntry {
  label: string;
  onClick?: () => void;
  /** A file to download instead of something to do. */
  href?: string;
  /** Why it can't be chosen now; said in the entry itself. */
  because?: string | null;
}

/** "⋯": what one needs less often. */
export function MoreMenu({ name, entries, small }: { name: string; entries: readonly MenuEntry[]; small?: boolean }) {
  if (entries.length === 0) return null;
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          size={small ? 'small' : 'medium'}
          icon={<MoreHorizontal20Regular />}
          aria-label={name}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {entries.map((entry) =>
            entry.href ? (
              <MenuItemLink key={entry.label} href={entry.href} download>
                {entry.label}
              </MenuItemLink>
            ) : (
              <MenuItem
                key={entry.label}
                onClick={entry.onClick}
                disabled={Boolean(entry.because)}
                {...(entry.because ? { subText: entry.because } : {})}
              >
                {entry.label}
              </MenuItem>
            ),
          )}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
