import { Button } from '@fluentui/react-components';
import { MoreHorizontal20Regular } from '@fluentui/react-icons';
import { type Action, ActionMenu } from '../ui/action-menu.tsx';

/** "⋯": what one needs less often. */
export function MoreMenu({ name, actions, small }: { name: string; actions: readonly Action[]; small?: boolean }) {
  if (actions.length === 0) return null;
  return (
    <ActionMenu
      button={
        <Button
          appearance="subtle"
          size={small ? 'small' : 'medium'}
          icon={<MoreHorizontal20Regular />}
          aria-label={name}
        />
      }
      actions={actions}
    />
  );
}
