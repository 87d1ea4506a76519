import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons';
import { pages } from '@megdocs/contract';
import type { MouseEvent } from 'react';
import { useNavigate } from 'react-router';
import { useMe } from './me.ts';
import { Initials } from './people.tsx';
import { signOut } from './sign-out.ts';
import styles from './top-bar.module.css';

const account = [
  { label: 'Profile', to: pages.profile },
  { label: 'Microsoft', to: pages.microsoft },
  { label: 'Sessions', to: pages.mySessions },
];

/** The person's own menu: account settings and the way out. */
export function PersonMenu({ withChevron }: { withChevron?: boolean }) {
  const me = useMe();
  const navigate = useNavigate();
  const go = (to: string) => (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void navigate(to);
  };
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" className={styles.personButton} aria-label={`Account of ${me.name}`}>
          <Initials name={me.name} strong />
          {withChevron && <ChevronDown16Regular aria-hidden="true" />}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.menuHead}>
          <strong>{me.name}</strong>
          <span>{me.email}</span>
        </div>
        <MenuList>
          {account.map(({ label, to }) => (
            <MenuItemLink key={to} href={to} onClick={go(to)}>
              {label}
            </MenuItemLink>
          ))}
          <MenuDivider />
          <MenuItem onClick={() => void signOut()}>Sign out</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
