import { type KindWords, type Given, quoted } from './kind'

/** What the command sends, under the names that Nagios gives its macros. */
const MACROS = (
  'NOTIFICATIONTYPE NOTIFICATIONAUTHORNAME NOTIFICATIONCOMMENT HOSTNAME HOSTALIAS HOSTADDRESS HOSTSTATE HOSTOUTPUT ' +
  'LONGHOSTOUTPUT HOSTGROUPNAMES HOSTPROBLEMID LASTHOSTPROBLEMID HOSTNOTIFICATIONID HOSTNOTESURL HOSTACTIONURL ' +
  'SERVICEDESC SERVICESTATE SERVICESTATETYPE SERVICEATTEMPT SERVICEOUTPUT LONGSERVICEOUTPUT SERVICEGROUPNAMES ' +
  'SERVICEPROBLEMID LASTSERVICEPROBLEMID SERVICENOTIFICATIONID SERVICENOTESURL SERVICEACTIONURL TIMET'
).split(' ')

const asLines = (words: readonly string[]) =>
  Array.from({ length: Math.ceil(words.length / 4) }, (_, row) =>
    words.slice(4 * row, 4 * row + 4).join(' '),
  )

/** Output of plugins is written by what is monitored: it goes from the environment into the request, and never through a shell. */
const script = () => `#!/usr/bin/env python3
"""Posts a notification of Nagios or Icinga to Quarterdeck. Ends with a line and exit code 1 when it could not be delivered."""
import json
import os
import sys
import urllib.request

NAMES = """
${asLines(MACROS).join('\n')}
""".split()

try:
    with open("/etc/quarterdeck-notify.url", encoding="ascii") as file:
        url = file.read().strip()
    body = json.dumps({name: os.environ.get("NAGIOS_" + name, "") for name in NAMES})
    request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()
except OSError as error:
    sys.exit(f"Quarterdeck was not reached: {error}")
`

const install = (group: string) => ({
  say: `Keep this as /usr/local/bin/quarterdeck-notify, and the address in a file that only ${group} reads.`,
  code: ({ url }: Given) =>
    `umask 077
cat > /usr/local/bin/quarterdeck-notify <<'PYTHON'
${script()}PYTHON
echo ${quoted(url)} > /etc/quarterdeck-notify.url
chgrp ${group} /usr/local/bin/quarterdeck-notify /etc/quarterdeck-notify.url
chmod 750 /usr/local/bin/quarterdeck-notify
chmod 640 /etc/quarterdeck-notify.url
`,
})

const NAGIOS = `define command {
    command_name    notify-quarterdeck
    command_line    /usr/local/bin/quarterdeck-notify
}
define contact {
    contact_name                    quarterdeck
    host_notification_commands      notify-quarterdeck
    service_notification_commands   notify-quarterdeck
    host_notification_period        24x7
    service_notification_period     24x7
    host_notification_options       d,u,r,f,s
    service_notification_options    w,u,c,r,f,s
}
`

const ICINGA = `template NotificationCommand "quarterdeck" {
  command = [ "/usr/local/bin/quarterdeck-notify" ]
  env = {
    NAGIOS_NOTIFICATIONTYPE = "$notification.type$"
    NAGIOS_NOTIFICATIONAUTHORNAME = "$notification.author$"
    NAGIOS_NOTIFICATIONCOMMENT = "$notification.comment$"
    NAGIOS_HOSTNAME = "$host.name$"
    NAGIOS_HOSTALIAS = "$host.display_name$"
    NAGIOS_HOSTADDRESS = "$address$"
    NAGIOS_HOSTSTATE = "$host.state$"
    NAGIOS_HOSTOUTPUT = "$host.output$"
    NAGIOS_TIMET = "$icinga.timet$"
  }
}
object NotificationCommand "quarterdeck-host" {
  import "quarterdeck"
}
object NotificationCommand "quarterdeck-service" {
  import "quarterdeck"
  env += {
    NAGIOS_SERVICEDESC = "$service.name$"
    NAGIOS_SERVICESTATE = "$service.state$"
    NAGIOS_SERVICESTATETYPE = "$service.state_type$"
    NAGIOS_SERVICEATTEMPT = "$service.check_attempt$"
    NAGIOS_SERVICEOUTPUT = "$service.output$"
  }
}
object User "quarterdeck" { }
apply Notification "quarterdeck" to Host {
  command = "quarterdeck-host"
  users = [ "quarterdeck" ]
  assign where true
}
apply Notification "quarterdeck" to Service {
  command = "quarterdeck-service"
  users = [ "quarterdeck" ]
  assign where true
}
`

export const nagios: KindWords = {
  title: 'Nagios and Icinga',
  group: 'signals',
  about:
    'Problems, recoveries, acknowledgements and downtimes, by a notification command of our own.',
  setups: [
    {
      title: 'Nagios',
      about:
        'Nagios has no webhook: a small command posts its macros. It takes them from the environment, so that no output of a plugin ever stands in a command line. It needs Python 3, and it does not sign: the token in the address is the proof.',
      steps: [
        install('nagios'),
        {
          say: 'In nagios.cfg, let commands have the macros in their environment.',
          code: () => 'enable_environment_macros=1\n',
        },
        {
          say: 'Add the command and a contact, put the contact into the contact groups of what you want to see, and reload Nagios.',
          code: () => NAGIOS,
        },
      ],
    },
    {
      title: 'Icinga 2',
      about:
        'The same command. Icinga fills its environment itself. On Debian put the group nagios in place of icinga.',
      steps: [
        install('icinga'),
        {
          say: 'Keep this as /etc/icinga2/conf.d/quarterdeck.conf and reload Icinga. Narrow “assign where” if not everything should be seen.',
          code: () => ICINGA,
        },
      ],
    },
  ],
}
