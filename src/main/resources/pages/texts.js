'use strict';

/* What the pages say, in each language. {app} is the name of the application, {wait} one of the texts of `wait`. */
const TEXTS = {
  en: {
    labels: { email: 'E-mail address', code: 'Code from the mail', new_password: 'New password' },
    show: 'Show',
    hide: 'Hide',
    busy: 'One moment …',
    onward: 'Go to {app}',
    verify: {
      title: 'Confirm your address',
      lead: 'Press the button, and {app} knows that you read the mail of this address.',
      withCode: 'Enter the address, and the code from the mail that was sent to it.',
      button: 'Confirm',
      done: { title: 'Your address is confirmed', lead: 'That was all. You can close this page.' },
      spent: {
        title: 'This link is no longer good',
        lead: 'It has expired, or was used before. If you have confirmed the address already, all is well. Otherwise log in, and ask for a new mail there.',
      },
      taken: { title: 'This address has another account', lead: 'While the mail was waiting, somebody else has confirmed this address. Please use a different one.' },
    },
    ask: {
      title: 'Forgot your password?',
      lead: 'Enter the address of your account, and you will get a mail to choose a new password with.',
      button: 'Send the mail',
      spent: { title: 'This link is no longer good', lead: 'It has expired, or was used before. Enter the address of your account, and you will get a new mail.' },
    },
    reset: {
      title: 'Choose a new password',
      lead: 'It replaces the old one for {app}, and ends your log-ins on all devices.',
      withCode: 'If {app} has an account with this address, a mail is on its way. Follow its link, or enter its code here.',
      button: 'Set the new password',
      again: 'Ask for another mail',
      done: { title: 'Your new password is set', lead: 'You are logged out everywhere. Log in with the new password.' },
    },
    missing: { email: 'Enter the address.', code: 'Enter the code.', new_password: 'Enter a new password.' },
    refused: {
      email: 'This is not an e-mail address.',
      code: 'This code is wrong, expired or used up.',
      new_password: 'Choose another password.',
      passwords: [
        [/^must be (\d+) to (\d+) characters long$/, 'The password must be $1 to $2 characters long.'],
        [/^is one of the most used passwords$/, 'This is one of the most used passwords.'],
        [/^is made of your/, 'The password must not be made of your name, your e-mail address or the name of this service.'],
        [/^is too easy to guess$/, 'This password is too easy to guess.'],
      ],
    },
    problems: {
      tooMany: 'That was too often. Try again {wait}.',
      busy: 'The server is busy. Try again {wait}.',
      unreachable: 'The server cannot be reached. Check your connection, and try again.',
      unknown: 'That did not work. Try again {wait}.',
    },
    wait: {
      unknown: 'later',
      second: 'in a second',
      seconds: count => `in ${count} seconds`,
      minutes: count => `in ${count} minutes`,
    },
  },
  de: {
    labels: { email: 'E-Mail-Adresse', code: 'Code aus der Nachricht', new_password: 'Neues Passwort' },
    show: 'Anzeigen',
    hide: 'Verbergen',
    busy: 'Einen Moment …',
    onward: 'Weiter zu {app}',
    verify: {
      title: 'Adresse bestätigen',
      lead: 'Mit dem Knopf bestätigen Sie {app}, dass Sie die Nachrichten an diese Adresse lesen.',
      withCode: 'Geben Sie die Adresse ein, und den Code aus der Nachricht, die an sie ging.',
      button: 'Bestätigen',
      done: { title: 'Ihre Adresse ist bestätigt', lead: 'Das war alles. Sie können diese Seite schließen.' },
      spent: {
        title: 'Dieser Link gilt nicht mehr',
        lead: 'Er ist abgelaufen, oder er wurde schon benutzt. Wenn Sie die Adresse bereits bestätigt haben, ist alles gut. Sonst melden Sie sich an und fordern Sie dort eine neue Nachricht an.',
      },
      taken: { title: 'Diese Adresse hat ein anderes Konto', lead: 'Während die Nachricht wartete, hat jemand anderes diese Adresse bestätigt. Bitte nehmen Sie eine andere.' },
    },
    ask: {
      title: 'Passwort vergessen?',
      lead: 'Geben Sie die Adresse Ihres Kontos ein. Sie bekommen dann eine Nachricht, mit der Sie ein neues Passwort wählen können.',
      button: 'Nachricht senden',
      spent: { title: 'Dieser Link gilt nicht mehr', lead: 'Er ist abgelaufen, oder er wurde schon benutzt. Geben Sie die Adresse Ihres Kontos ein, dann bekommen Sie eine neue Nachricht.' },
    },
    reset: {
      title: 'Neues Passwort wählen',
      lead: 'Es ersetzt das alte für {app} und meldet Sie auf allen Geräten ab.',
      withCode: 'Wenn {app} ein Konto mit dieser Adresse hat, ist eine Nachricht unterwegs. Folgen Sie ihrem Link, oder geben Sie ihren Code hier ein.',
      button: 'Neues Passwort setzen',
      again: 'Noch eine Nachricht anfordern',
      done: { title: 'Ihr neues Passwort ist gesetzt', lead: 'Sie sind überall abgemeldet. Melden Sie sich mit dem neuen Passwort an.' },
    },
    missing: { email: 'Geben Sie die Adresse ein.', code: 'Geben Sie den Code ein.', new_password: 'Geben Sie ein neues Passwort ein.' },
    refused: {
      email: 'Das ist keine E-Mail-Adresse.',
      code: 'Dieser Code ist falsch, abgelaufen oder verbraucht.',
      new_password: 'Wählen Sie ein anderes Passwort.',
      passwords: [
        [/^must be (\d+) to (\d+) characters long$/, 'Das Passwort muss $1 bis $2 Zeichen lang sein.'],
        [/^is one of the most used passwords$/, 'Das ist eines der häufigsten Passwörter.'],
        [/^is made of your/, 'Das Passwort darf nicht aus Ihrem Namen, Ihrer E-Mail-Adresse oder dem Namen dieses Dienstes bestehen.'],
        [/^is too easy to guess$/, 'Dieses Passwort ist zu leicht zu erraten.'],
      ],
    },
    problems: {
      tooMany: 'Das war zu oft. Versuchen Sie es {wait} wieder.',
      busy: 'Der Server ist überlastet. Versuchen Sie es {wait} wieder.',
      unreachable: 'Der Server ist nicht zu erreichen. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
      unknown: 'Das hat nicht geklappt. Versuchen Sie es {wait} wieder.',
    },
    wait: {
      unknown: 'später',
      second: 'in einer Sekunde',
      seconds: count => `in ${count} Sekunden`,
      minutes: count => `in ${count} Minuten`,
    },
  },
};
