<?php

declare(strict_types=1);

namespace Image;

const CONNECT_SECONDS = 5;
const RETRY_SECONDS = 2;
/** Longer than an installation or an upgrade takes. */
const TURN_SECONDS = 300;

/**
 * A connection to the database. Every failure is tried again until the time is up, a refused password too: one that was
 * just rotated, or made in the same deployment, takes a while to arrive everywhere.
 * @param array<string, string> $environment
 * @throws Refusal
 */
function connectWithPatience(array $environment): \mysqli
{
    mysqli_report(MYSQLI_REPORT_OFF);
    $deadline = microtime(true) + (int) $environment['WORDPRESS_DB_WAIT_SECONDS'];
    $said = '';
    while (true) {
        [$connection, $failure] = connect($environment);
        if ($connection !== null) {
            return $connection;
        }
        if (microtime(true) + RETRY_SECONDS > $deadline) {
            throw new Refusal("no connection to the database within {$environment['WORDPRESS_DB_WAIT_SECONDS']} s: $failure");
        }
        if ($failure !== $said) {
            say("waiting for the database: $failure");
            $said = $failure;
        }
        sleep(RETRY_SECONDS);
    }
}

/**
 * @param array<string, string> $environment
 * @return array{?\mysqli, string}
 */
function connect(array $environment): array
{
    $connection = mysqli_init();
    $connection->options(MYSQLI_OPT_CONNECT_TIMEOUT, CONNECT_SECONDS);
    $isTls = $environment['WORDPRESS_DB_TLS'] === 'required';
    if ($isTls) {
        $connection->ssl_set(null, null, $environment['WORDPRESS_DB_TLS_CA'], null, null);
    }
    // PHP says only by a warning why it does not trust a certificate.
    $warnings = '';
    set_error_handler(static function (int $level, string $warning) use (&$warnings): bool {
        $warnings .= "$warning\n";
        return true;
    });
    $isConnected = $connection->real_connect(
        $environment['WORDPRESS_DB_HOST'],
        $environment['WORDPRESS_DB_USER'],
        $environment['WORDPRESS_DB_PASSWORD'],
        $environment['WORDPRESS_DB_NAME'],
        (int) $environment['WORDPRESS_DB_PORT'],
        null,
        $isTls ? MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_VERIFY_SERVER_CERT : 0,
    );
    restore_error_handler();
    if (!$isConnected) {
        return [null, failureOf($connection, $warnings, $environment)];
    }
    if ($isTls && ($connection->query("SHOW STATUS LIKE 'Ssl_cipher'")->fetch_row()[1] ?? '') === '') {
        return [null, 'the server took the connection without TLS'];
    }
    return [$connection, ''];
}

/**
 * Source of the numbers: MySQL Reference Manual, "Server Error Message Reference" and "Client Error Message Reference".
 * @param array<string, string> $environment
 */
function failureOf(\mysqli $connection, string $warnings, array $environment): string
{
    if (str_contains($warnings, 'certificate verify failed') || str_contains($warnings, 'Peer certificate')) {
        return "the certificate of {$environment['WORDPRESS_DB_HOST']} is not one of WORDPRESS_DB_TLS_CA, or not for this name";
    }
    return match ($connection->connect_errno) {
        1044 => "the user {$environment['WORDPRESS_DB_USER']} has no rights to the database {$environment['WORDPRESS_DB_NAME']}",
        1045 => "the server refuses the user {$environment['WORDPRESS_DB_USER']} or the password",
        1049 => "there is no database {$environment['WORDPRESS_DB_NAME']}",
        // Both are said of a server without TLS: nothing was sent to it.
        2006, 2026 => 'the server ended the connection before TLS began: it may have no TLS',
        default => "$connection->connect_error ($connection->connect_errno)",
    };
}

/**
 * Does the work while no other replica does. The server lets go of the lock when the connection ends, however it ends.
 * @throws Refusal
 */
function inTurn(\mysqli $database, string $name, callable $work): void
{
    $lock = 'wordpress-' . md5($name);
    $statement = $database->prepare('SELECT GET_LOCK(?, ?)');
    $seconds = TURN_SECONDS;
    $statement->bind_param('si', $lock, $seconds);
    $statement->execute();
    if ((int) $statement->get_result()->fetch_row()[0] !== 1) {
        throw new Refusal('another replica has been making the database ready for ' . TURN_SECONDS . ' s');
    }
    $work();
    $database->query("DO RELEASE_LOCK('$lock')");
}

function hasTable(\mysqli $database, string $table): bool
{
    return in_array($table, tables($database), true);
}

/** @return list<string> those of WordPress */
function tables(\mysqli $database): array
{
    $rows = $database->query("SHOW TABLES LIKE 'wp\\_%'")->fetch_all();
    return array_column($rows, 0);
}
