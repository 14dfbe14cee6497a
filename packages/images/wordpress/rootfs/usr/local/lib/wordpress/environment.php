<?php

declare(strict_types=1);

namespace Image;

/** What each variable must be. Those with a default have it by now. */
const EXPECTED = [
    'WORDPRESS_URL' => "the site's address without a path, such as https://blog.example.com",
    'WORDPRESS_TITLE' => "the site's title",
    'WORDPRESS_ADMIN_USER' => "the administrator's name: letters, digits, spaces and _.-@, at most 60",
    'WORDPRESS_ADMIN_PASSWORD' => "the administrator's password, at least 12 characters",
    'WORDPRESS_ADMIN_EMAIL' => "the administrator's mail address",
    'WORDPRESS_DB_HOST' => "the database server's own name, without a port; localhost would be a socket of this container",
    'WORDPRESS_DB_PORT' => "the database server's port, 1 to 65535",
    'WORDPRESS_DB_NAME' => "the database's name",
    'WORDPRESS_DB_USER' => "the database user's name",
    'WORDPRESS_DB_PASSWORD' => "the database user's password",
    'WORDPRESS_DB_TLS' => '"required", or "off" for a local trial',
    'WORDPRESS_DB_TLS_CA' => 'a file with at least one certificate in PEM',
    'WORDPRESS_DB_WAIT_SECONDS' => 'seconds to wait for the database, 1 to 3600',
    'WORDPRESS_PHP_WORKERS' => 'requests that PHP serves at the same time, 1 to 1000',
    'WORDPRESS_CRON_SECONDS' => 'seconds between two looks at the schedule, 1 to 3600',
    'WORDPRESS_PORT' => 'the port to listen on, 1024 to 65535',
];

/** Folders that the container writes to. */
const WRITABLE = [
    '/var/www/shared' => 'the shared files of all replicas',
    '/run/wordpress' => 'what is made at each start',
    '/tmp' => 'uploads on their way',
];

/**
 * The environment, whole and well-formed.
 * @param array<string, string> $given
 * @return array<string, string>
 * @throws Refusal with every fault at once, and no secret
 */
function checkedEnvironment(array $given): array
{
    $faults = [];
    foreach (EXPECTED as $name => $expected) {
        $value = $given[$name] ?? '';
        if ($value === '') {
            $faults[] = "$name is not set; expected: $expected";
        } elseif (!isFit($name, $value)) {
            $received = str_ends_with($name, '_PASSWORD') ? strlen($value) . ' bytes' : json_encode($value, JSON_UNESCAPED_SLASHES);
            $faults[] = "$name is $received; expected: $expected";
        }
    }
    foreach (WRITABLE as $folder => $use) {
        if (!is_writable($folder)) {
            $faults[] = "$folder cannot be written to; expected: a volume of user " . posix_getuid() . " for $use";
        }
    }
    if ($faults !== []) {
        throw new Refusal("cannot start:\n  " . implode("\n  ", $faults));
    }
    return $given;
}

function isFit(string $name, string $value): bool
{
    return match ($name) {
        'WORDPRESS_URL' => preg_match('~^https?://[a-z0-9.-]+(:\d{1,5})?$~i', $value) === 1,
        'WORDPRESS_ADMIN_USER' => preg_match('~^[A-Za-z0-9][A-Za-z0-9 _.@-]{0,59}$~', $value) === 1,
        'WORDPRESS_ADMIN_PASSWORD' => strlen($value) >= 12,
        'WORDPRESS_ADMIN_EMAIL' => filter_var($value, FILTER_VALIDATE_EMAIL) !== false,
        'WORDPRESS_DB_HOST' => $value !== 'localhost' && preg_match('~^[A-Za-z0-9.-]+$~', $value) === 1,
        'WORDPRESS_DB_PORT' => isBetween($value, 1, 65535),
        'WORDPRESS_DB_TLS' => in_array($value, ['required', 'off'], true),
        'WORDPRESS_DB_TLS_CA' => str_contains((string) @file_get_contents($value), '-----BEGIN CERTIFICATE-----'),
        'WORDPRESS_DB_WAIT_SECONDS', 'WORDPRESS_CRON_SECONDS' => isBetween($value, 1, 3600),
        'WORDPRESS_PHP_WORKERS' => isBetween($value, 1, 1000),
        'WORDPRESS_PORT' => isBetween($value, 1024, 65535),
        default => true,
    };
}

function isBetween(string $value, int $least, int $most): bool
{
    return preg_match('~^\d{1,5}$~', $value) === 1 && (int) $value >= $least && (int) $value <= $most;
}
