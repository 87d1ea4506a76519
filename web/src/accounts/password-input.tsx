import { Button, Input, type InputProps } from '@fluentui/react-components';
import { Eye16Regular, EyeOff16Regular } from '@fluentui/react-icons';
import { useState } from 'react';

/** A password's field with an eye. The eye's name avoids the word "password": the field alone answers to it. */
export function PasswordInput({ contentAfter: _, type: __, ...input }: InputProps) {
  const [shown, setShown] = useState(false);
  return (
    <Input
      {...input}
      type={shown ? 'text' : 'password'}
      contentAfter={
        <Button
          appearance="transparent"
          size="small"
          icon={shown ? <EyeOff16Regular /> : <Eye16Regular />}
          aria-label="Show what I type"
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
