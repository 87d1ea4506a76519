import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import { Fragment, type MouseEvent } from 'react';
import { useNavigate } from 'react-router';
import type { Action, ActionMenuProps } from './action-menu.tsx';

/** The menu itself, open from the start: whoever loads it has just asked for it. */
export default function ActionMenuPopup({ button, actions, head }: ActionMenuProps) {
  return (
    <Menu positioning="below-end" defaultOpen>
      <MenuTrigger disableButtonEnhancement>{button}</MenuTrigger>
      <MenuPopover>
        {head}
        <MenuList>
          {actions.map((action) => (
            <Fragment key={action.label}>
              {action.apart && <MenuDivider />}
              <Entry action={action} />
            </Fragment>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function Entry({ action }: { action: Action }) {
  const navigate = useNavigate();
  const { label, to, download, because, onChoose } = action;
  if (download)
    return (
      <MenuItemLink href={download} download>
        {label}
      </MenuItemLink>
    );
  if (to) {
    const go = (event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      void navigate(to);
    };
    return (
      <MenuItemLink href={to} onClick={go}>
        {label}
      </MenuItemLink>
    );
  }
  return (
    <MenuItem onClick={onChoose} disabled={Boolean(because)} {...(because ? { subText: because } : {})}>
      {label}
    </MenuItem>
  );
}
