import { Button } from '@fluentui/react-components';
import { ChevronDown16Regular } from '@fluentui/react-icons';
import { pages } from '@megdocs/contract';
import { ActionMenu } from './action-menu.tsx';
import { useMe } from './me.ts';
import { Initials } from './people.tsx';
import { signOut } from './sign-out.ts';
import styles from './top-bar.module.css';

/** The person's own menu: account settings and the way out. */
export function PersonMenu({ withChevron }: { withChevron?: boolean }) {
  const me = useMe();
  return (
    <ActionMenu
      button={
        <Button appearance="subtle" className={styles.personButton}>
          <span className="out-of-sight">Account of {me.name}, </span>
          <Initials name={me.name} strong said />
          {withChevron && <ChevronDown16Regular aria-hidden="true" />}
        </Button>
      }
      head={
        <div className={styles.menuHead}>
          <strong>{me.name}</strong>
          <span>{me.email}</span>
        </div>
      }
      actions={[
        { label: 'Profile', to: pages.profile },
        { label: 'Microsoft', to: pages.microsoft },
        { label: 'Sessions', to: pages.mySessions },
        { label: 'Sign out', onChoose: () => void signOut(), apart: true },
      ]}
    />
  );
}
