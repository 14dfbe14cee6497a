<?php

declare(strict_types=1);

namespace Image;

/** Is there while an installation is not complete. */
const BEGUN = 'wp_installation_begun';

/**
 * Installs WordPress, or brings its tables up to this version. An installation that was cut off is begun anew: nobody
 * was served yet, so nothing is lost.
 * @param array<string, string> $environment
 * @throws Refusal
 */
function makeSite(\mysqli $database, array $environment): void
{
    if (hasTable($database, BEGUN)) {
        say('an installation was cut off: beginning anew');
        // The mark last: while it is there, this is done again.
        foreach ([...array_diff(tables($database), [BEGUN]), BEGUN] as $table) {
            done($database, "DROP TABLE `$table`");
        }
    }
    if (isInstalled($database)) {
        upgrade();
        return;
    }
    if (tables($database) !== []) {
        throw new Refusal("the database {$environment['WORDPRESS_DB_NAME']} has tables of WordPress and no site: complete its restoration, or empty it");
    }
    done($database, 'CREATE TABLE ' . BEGUN . ' (at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)');
    install($environment);
    done($database, 'DROP TABLE ' . BEGUN);
    say('installed WordPress');
}

function isInstalled(\mysqli $database): bool
{
    return hasTable($database, 'wp_options')
        && $database->query("SELECT 1 FROM wp_options WHERE option_name = 'siteurl'")->num_rows > 0;
}

/** @param array<string, string> $environment */
function install(array $environment): void
{
    loadWordPress();
    $made = wp_install(
        $environment['WORDPRESS_TITLE'],
        $environment['WORDPRESS_ADMIN_USER'],
        $environment['WORDPRESS_ADMIN_EMAIL'],
        true,
        '',
        wp_slash($environment['WORDPRESS_ADMIN_PASSWORD']),
    );
    if (is_wp_error($made) || !username_exists($environment['WORDPRESS_ADMIN_USER'])) {
        throw new Refusal('WordPress could not be installed: its own words stand above');
    }
    // It would ask the site itself whether this works. Here it does.
    $GLOBALS['wp_rewrite']->set_permalink_structure('/%year%/%monthnum%/%postname%/');
    flush_rewrite_rules(false);
}

function upgrade(): void
{
    loadWordPress();
    [$theirs, $ours] = [(int) get_option('db_version'), (int) $GLOBALS['wp_db_version']];
    if ($theirs < $ours) {
        say("upgrading the tables from $theirs to $ours");
        wp_upgrade();
        say('upgraded the tables');
    } elseif ($theirs > $ours) {
        say("the tables are of a newer WordPress ($theirs; this one's are $ours): left as they are");
    }
}

function loadWordPress(): void
{
    define('WP_INSTALLING', true);
    require __DIR__ . '/load.php';
}

/** @throws Refusal */
function done(\mysqli $database, string $statement): void
{
    if (!$database->query($statement)) {
        throw new Refusal("the database refused \"$statement\": $database->error");
    }
}
