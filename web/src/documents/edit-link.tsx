import {
  Button,
  Menu,
  type MenuButtonProps,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  SplitButton,
} from '@fluentui/react-components';
import { Edit20Regular } from '@fluentui/react-icons';
import { fill, pages } from '@megdocs/contract';
import { rememberTitle } from '../editing/remembered-title.ts';
import type { Action } from '../ui/action-menu.tsx';

interface Props {
  document: { id: string; number: string; title: string };
  label: string;
  primary: boolean;
  more: readonly Action[];
  className?: string | undefined;
}

/**
 * "Edit in Word": a plain link to our own page in a new tab, so that it opens within the click, wherever pop-ups are
 * blocked; that page starts the edit session and becomes Word.
 */
export function EditLink({ document, label, primary, more, className }: Props) {
  const link = {
    as: 'a',
    href: fill(pages.openDocument, { id: document.id }),
    target: '_blank',
    rel: 'noopener',
    onClick: () => rememberTitle(localStorage, document),
  } as const;
  const look = { appearance: primary ? 'primary' : 'secondary', icon: <Edit20Regular /> } as const;
  if (more.length === 0) {
    return (
      <Button {...link} {...look} className={className}>
        {label}
      </Button>
    );
  }
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        {(trigger: MenuButtonProps) => (
          <SplitButton
            {...look}
            className={className}
            menuButton={{ ...trigger, 'aria-label': 'Other ways to a next version' }}
            primaryActionButton={link}
          >
            {label}
          </SplitButton>
        )}
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {more.map((entry) => (
            <MenuItem
              key={entry.label}
              onClick={entry.onChoose}
              disabled={Boolean(entry.because)}
              {...(entry.because ? { subText: entry.because } : {})}
            >
              {entry.label}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
