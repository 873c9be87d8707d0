"""What the report says about the business: the main figures of gold."""

from __future__ import annotations

from pipelines.report import charts
from pipelines.report.sections import Exhibit, Section
from pipelines.summary import HEADLINES

TODAY = "(select max(server_date)::date from bronze_meta.requests)"
HEADLINE_ROWS = " union all ".join(
    f"""select '{mart}' as mart, says from (from gold.{mart} {sql}) as headline (says)"""
    for mart, sql in HEADLINES.items()
)

FIGURES = Section(
    id="figures",
    title="Main figures",
    verdict=f"""
        select 'said', format('{{:,.0f}} {{}} net revenue in the 30 days to {{}}',
            sum(net_revenue_amount)::double, any_value(currency), {TODAY}::text)
        from gold.revenue_by_day
        where revenue_date between {TODAY} - 29 and {TODAY}
        having count(*) > 0
    """,
    exhibits=(
        Exhibit(
            caption="What gold says",
            sql=f"select * from ({HEADLINE_ROWS}) where says is not null order by mart",
            empty="Gold is empty.",
        ),
        Exhibit(
            caption="Net revenue by month and channel",
            sql=f"""
                select date_trunc('month', revenue_date)::date as month,
                    replace(channel, '_', ' ') as channel, currency,
                    sum(net_revenue_amount) as "net revenue"
                from gold.revenue_by_day
                where revenue_date between {TODAY} - interval 24 month and {TODAY}
                group by 1, channel, currency
                order by month, channel, currency
            """,
            empty="There is no revenue.",
            chart=charts.columns("month", "net revenue", "channel"),
        ),
        Exhibit(
            caption="Money that customers owe, by age",
            sql="""
                select bucket as age, count(*) as invoices,
                    sum(open_reporting_amount) as "open amount"
                from gold.receivables_ageing
                group by bucket, bucket_order
                order by bucket_order
            """,
            empty="No invoice is open.",
            chart=charts.ranks("age", "open amount"),
        ),
        Exhibit(
            caption="Open deals by stage, weighted by their chances",
            sql="""
                select stage_name as stage, pipeline_name as pipeline, currency,
                    sum(deal_count)::bigint as deals, sum(deal_amount) as amount,
                    sum(weighted_amount) as "weighted amount"
                from gold.sales_pipeline
                where status = 'open'
                group by stage_name, pipeline_name, currency
                order by "weighted amount" desc, stage, pipeline, currency
            """,
            empty="No deal is open.",
            chart=charts.ranks("stage", "weighted amount", "pipeline"),
        ),
        Exhibit(
            caption="Customers by status",
            sql="""
                select replace(customer_status, '_', ' ') as status, count(*) as customers,
                    sum(net_revenue_amount) as "net revenue"
                from gold.customer_360
                group by customer_status
                order by customers desc, status
            """,
            empty="There are no customers.",
            chart=charts.ranks("status", "customers"),
        ),
        Exhibit(
            caption="Products that earned the most margin",
            sql="""
                select product_name as product, count(*) as variants,
                    sum(sold_quantity)::double as sold, sum(net_revenue_amount) as "net revenue",
                    sum(margin_amount) as margin,
                    round(100 * sum(margin_amount) / sum(margin_amount + cost_amount), 1)
                        as "margin, %"
                from gold.product_performance
                where margin_amount is not null
                group by product_name
                order by margin desc, product
                limit 10
            """,
            empty="No product has a margin.",
            chart=charts.ranks("product", "margin"),
        ),
        Exhibit(
            caption="Mails opened and clicked, by month",
            sql="""
                select date_trunc('month', sent_at)::date as month,
                    sum(delivered_count)::bigint as delivered,
                    round(100 * sum(unique_open_count) / sum(delivered_count), 1) as "opened, %",
                    round(100 * sum(unique_click_count) / sum(delivered_count), 1) as "clicked, %"
                from gold.email_engagement
                where sent_at is not null
                group by 1
                having sum(delivered_count) > 0
                order by month
            """,
            empty="No mail was delivered.",
            chart=charts.lines("month", ["opened, %", "clicked, %"]),
        ),
        Exhibit(
            caption="People by department",
            sql="""
                select month_start_date as month, department, sum(headcount)::bigint as people,
                    sum(hired_count)::bigint as hired, sum("left_count")::bigint as "left"
                from gold.headcount
                where month_start_date > (
                    select max(month_start_date) - interval 24 month from gold.headcount
                )
                group by month_start_date, department
                order by month, department
            """,
            empty="There are no employees.",
            chart=charts.columns("month", "people", "department"),
        ),
        Exhibit(
            caption="Projects with the most late tasks",
            sql="""
                select project_name as project, sum(overdue_count)::bigint as late,
                    sum(open_count)::bigint as open, sum(task_count)::bigint as tasks
                from gold.project_workload
                group by project_name
                having sum(overdue_count) > 0
                order by late desc, project
                limit 10
            """,
            empty="No task is late.",
            chart=charts.ranks("project", "late"),
        ),
        Exhibit(
            caption="What has to be ordered first",
            sql="""
                select product_name || coalesce(', ' || variant_name, '') as product, sku,
                    available_quantity::double as available, days_of_stock as "days of stock",
                    suggested_order_quantity::double as "order"
                from gold.inventory_to_reorder
                order by days_of_stock nulls last, product_id
            """,
            empty="Nothing has to be ordered.",
            limit=15,
        ),
    ),
)
